import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { openSpoolFile } from '../adapters/store/spool-file.ts';
import { type ConfigurationInput, configurationSchema } from '../config/schema.ts';
import type { WireRequest } from '../core/ingest/index.ts';
import { type GuardianError, systemClock } from '../core/shared/index.ts';
import { needsIngestThread } from './needs-ingest-thread.ts';
import { createThreadIntake, type ThreadIntake } from './thread-intake.ts';

const QUIET_MS = 300;
const PATIENCE = { timeout: 30_000, interval: 20 };

let stores: OpenedStores;
let folder: string;
let exits: GuardianError[];
let intake: ThreadIntake;
/** Every thread of the intake that was made, and those that run. */
let made: Worker[];
let running: Set<Worker>;
/** The store opens a reader of its own when it needs one. */
const note = (worker: Worker) => {
  if (worker.threadName !== 'ingest') return;
  made.push(worker);
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
};

beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock: systemClock });
  folder = (stores.location as { folder: string }).folder;
  exits = [];
  made = [];
  running = new Set();
  // The store's own threads begin before.
  await storedIds();
  process.on('worker', note);
});
afterEach(async () => {
  await intake.stop();
  process.off('worker', note);
  await stores.close();
});

const dataOf = (configuration: ConfigurationInput = {}) => ({
  configuration: configurationSchema.parse({ dataFolder: folder, ...configuration }),
  folder,
});
function open(configuration: ConfigurationInput, settleAfterMs: number): void {
  intake = createThreadIntake({
    data: dataOf(configuration),
    waitingBytes: 10_000_000,
    rest: { quietMs: QUIET_MS, settleAfterMs },
    onChanges() {},
    onProblem() {},
    onExit: (error) => exits.push(error),
  });
}
async function start(configuration: ConfigurationInput = {}, settleAfterMs = 900_000): Promise<void> {
  open(configuration, settleAfterMs);
  await intake.start();
}
const isNeeded = (configuration?: ConfigurationInput) => needsIngestThread(dataOf(configuration), stores.main);
const resting = () => expect.poll(() => running.size, PATIENCE).toBe(0);

function request(id: string, severity = 'info'): WireRequest {
  return {
    format: 'native',
    method: 'POST',
    path: '/api/events',
    query: {},
    headers: {},
    body: Buffer.from(JSON.stringify({ id, severity, message: `hello ${id}`, service: 'shop' })),
    project: { id: stores.projectIds[0], slug: 'shop' },
    trust: 'server',
    receivedAt: Date.now(),
  };
}
const storedIds = async () => {
  const rows = await stores.main.kysely.selectFrom('event').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
};
/** So long that one which may rest does. */
async function severalTimes(ms: number): Promise<void> {
  const since = performance.now();
  await expect.poll(() => performance.now() - since > ms * 6, PATIENCE).toBe(true);
}
const issueTitles = async () => {
  const rows = await stores.main.kysely.selectFrom('issue').select('title').orderBy('title').execute();
  return rows.map(({ title }) => title);
};

describe('a thread to which nobody sends', () => {
  it('ends, without being missed, and the next request starts another that takes it', async () => {
    await start();
    await resting();
    expect([made.length, exits, intake.state().problem]).toEqual([1, [], null]);
    expect((await intake.accept(request('late'))).status).toBe(200);
    expect([made.length, await storedIds()]).toEqual([2, ['late']]);
  });

  it('counts on where the one before it ended', async () => {
    await start();
    for (const id of ['a', 'b', 'b']) expect((await intake.accept(request(id))).status).toBe(200);
    await resting();
    expect(intake.state()).toMatchObject({ accepted: 2, duplicates: 1 });
    expect((await intake.accept(request('c'))).status).toBe(200);
    await resting();
    expect(intake.state()).toMatchObject({ accepted: 3, duplicates: 1, waiting: 0, waitingBytes: 0 });
  });

  it('takes what comes while it ends: the next one stores it', async () => {
    await start();
    const ids = ['a', 'b', 'c'];
    const replies = await new Promise<{ status: number }[]>((resolve) => {
      // From then on it takes nothing more.
      made[0]!.on('message', ({ kind }: { kind: string }) => {
        if (kind === 'quiet') setImmediate(() => resolve(Promise.all(ids.map((id) => intake.accept(request(id))))));
      });
    });
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([made.length, running.size, await storedIds()]).toEqual([2, 1, ids]);
    await resting();
    expect(intake.state()).toMatchObject({ accepted: 3, waiting: 0, waitingBytes: 0 });
  });

  it('may be stopped while it ends: what came then is asked to come again', async () => {
    await start();
    const reply = await new Promise<{ status: number }>((resolve) => {
      made[0]!.on('message', ({ kind }: { kind: string }) => {
        if (kind !== 'quiet') return;
        setImmediate(() => {
          resolve(intake.accept(request('a')));
          void intake.stop();
        });
      });
    });
    expect([reply.status, made.length, await storedIds(), exits]).toEqual([503, 1, [], []]);
  });

  it('counts what was refused while it rested', async () => {
    await start();
    await resting();
    intake.countDropped({
      projectId: stores.projectIds[0],
      source: 'native',
      reason: 'rate-limited',
      category: 'request',
      quantity: 7,
    });
    const dropped = () => stores.main.activity.dropped(0);
    await expect.poll(dropped, PATIENCE).toMatchObject([{ reason: 'rate-limited', quantity: 7 }]);
    expect(intake.state().refused).toBe(7);
  });

  it('stops at once while it rests, and takes nothing more', async () => {
    await start();
    await resting();
    await intake.stop();
    expect((await intake.accept(request('late'))).status).toBe(503);
    expect([made.length, exits]).toEqual([1, []]);
  });
});

describe('what is left to do', () => {
  it('is done before it rests: an error is told as an issue, though nothing follows it', async () => {
    await start();
    expect((await intake.accept(request('broken', 'error'))).status).toBe(200);
    await resting();
    expect(await issueTitles()).toEqual(['hello broken']);
  });

  it('is gone on with after a rest: what belongs to an issue that was told before comes to it', async () => {
    await start();
    await intake.accept(request('one', 'error'));
    await resting();
    await intake.accept({
      ...request('two', 'error'),
      body: Buffer.from('{"id":"two","severity":"error","message":"hello one","service":"shop"}'),
    });
    await resting();
    const rows = await stores.main.kysely.selectFrom('issue').select(['title', 'events']).execute();
    expect(rows).toEqual([{ title: 'hello one', events: 2 }]);
  });

  it('wakes it once more: what was held for late comers is let go, though nobody sends', async () => {
    await start({}, 8_000);
    await intake.accept(request('broken', 'error'));
    await resting();
    expect(await stores.main.fold.queued(0, 10)).toHaveLength(1);
    await expect.poll(() => stores.main.fold.queued(0, 10), PATIENCE).toEqual([]);
    await resting();
    await severalTimes(QUIET_MS);
    expect([made.length, await issueTitles(), exits]).toEqual([2, ['hello broken'], []]);
  });

  it('is what an earlier process spooled too, though no event is among it', async () => {
    const spool = openSpoolFile({ folder: join(folder, 'spool'), maxBytes: 1_000_000 });
    const dropped = {
      projectId: stores.projectIds[0],
      source: 'native',
      reason: 'invalid',
      category: 'error',
      quantity: 3,
    };
    await spool.add({ events: [], records: [], dropped: [dropped], positions: [], at: Date.now() });
    await start();
    await resting();
    expect(await stores.main.activity.dropped(0)).toEqual([dropped]);
    expect(readdirSync(join(folder, 'spool'))).toEqual([]);
  });
});

describe('before anybody sends', () => {
  it('there is no thread: the first request starts it, and one that dies is followed by another', async () => {
    open({}, 900_000);
    intake.rest();
    expect([await isNeeded(), made.length]).toEqual([false, 0]);
    expect((await intake.accept(request('first'))).status).toBe(200);
    expect([made.length, await storedIds(), exits]).toEqual([1, ['first'], []]);
    await made[0]!.terminate();
    await expect.poll(() => made.length, PATIENCE).toBe(2);
    await expect.poll(async () => (await intake.accept(request('second'))).status, PATIENCE).toBe(200);
  });

  it('it is needed for what is followed, for what waits in the spool, and for what is to be folded', async () => {
    await start();
    expect(await isNeeded({ sources: { files: [{ path: join(folder, 'shop.log'), project: 'shop' }] } })).toBe(true);
    const spool = openSpoolFile({ folder: join(folder, 'spool'), maxBytes: 1_000_000 });
    expect(await isNeeded()).toBe(false);
    await intake.stop();
    await spool.add({ events: [], records: [], dropped: [], positions: [], at: Date.now() });
    expect(await isNeeded()).toBe(true);
    await start();
    await expect.poll(() => isNeeded(), PATIENCE).toBe(false);
    await intake.accept(request('broken', 'error'));
    expect(await isNeeded()).toBe(true);
  });
});

it('never rests while it follows a source', async () => {
  const path = join(folder, 'shop.log');
  writeFileSync(path, '');
  await start({ sources: { files: [{ path, project: 'shop' }] } });
  writeFileSync(path, '{"level":30,"msg":"first"}\n', { flag: 'a' });
  await expect.poll(async () => (await storedIds()).length, PATIENCE).toBe(1);
  await severalTimes(QUIET_MS);
  expect([running.size, made.length]).toEqual([1, 1]);
});
