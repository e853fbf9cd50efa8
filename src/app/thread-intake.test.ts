import { resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { configurationSchema } from '../config/schema.ts';
import type { WireRequest } from '../core/ingest/index.ts';
import { type GuardianError, systemClock } from '../core/shared/index.ts';
import { createThreadIntake, type ThreadIntake, type ThreadIntakeOptions } from './thread-intake.ts';

let stores: OpenedStores;
let folder: string;
let problems: string[];
let exits: GuardianError[];
const intakes: ThreadIntake[] = [];

beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock: systemClock });
  folder = (stores.location as { folder: string }).folder;
  problems = [];
  exits = [];
});
afterEach(async () => {
  await Promise.all(intakes.splice(0).map((intake) => intake.stop()));
  await stores.close();
});

function open(options: Partial<ThreadIntakeOptions> = {}, dataFolder = folder): ThreadIntake {
  const intake = createThreadIntake({
    data: { configuration: configurationSchema.parse({ dataFolder }), folder },
    waitingBytes: 1_000_000,
    onChanges() {},
    onProblem: (code, reason) => problems.push(`${code}: ${reason}`),
    onExit: (error) => exits.push(error),
    ...options,
  });
  intakes.push(intake);
  return intake;
}
/** The thread that `act` makes. */
async function threadOf(act: () => Promise<unknown>): Promise<Worker> {
  const made: Worker[] = [];
  const note = (worker: Worker) => made.push(worker);
  process.on('worker', note);
  const done = act();
  await expect.poll(() => made.length).toBe(1);
  process.off('worker', note);
  done.catch(() => {});
  return made[0]!;
}

function request(id: string, body?: Uint8Array): WireRequest {
  const text = JSON.stringify({ id, severity: 'info', message: `hello ${id}` });
  return {
    format: 'native',
    method: 'POST',
    path: '/api/events',
    query: {},
    headers: {},
    body: body ?? Buffer.from(text),
    project: { id: stores.projectIds[0], slug: 'shop' },
    trust: 'server',
    receivedAt: Date.now(),
  };
}
/** A body with a buffer of its own, as a server reads large ones. */
const own = (id: string) =>
  new TextEncoder().encode(JSON.stringify({ id, message: 'hello', filler: 'x'.repeat(1_000) })).slice();
const storedIds = async () => {
  const rows = await stores.main.kysely.selectFrom('event').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
};

describe('requests', () => {
  it('are stored and answered, however many come at once, and then nothing waits', async () => {
    const intake = open();
    await intake.start();
    const ids = Array.from({ length: 300 }, (_, index) => `e${String(index).padStart(3, '0')}`);
    const replies = await Promise.all(ids.map((id) => intake.accept(request(id))));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await storedIds()).toEqual(ids);
    expect(intake.state()).toMatchObject({ waiting: 0, waitingBytes: 0 });
    await expect.poll(() => intake.state().accepted).toBe(300);
  });

  it('hand over a body of their own, and lend one that shares its memory with others', async () => {
    const intake = open();
    await intake.start();
    const whole = own('whole');
    const pool = Buffer.from(`....${JSON.stringify({ id: 'part', message: 'hello' })}....`);
    const part = pool.subarray(4, pool.length - 4);
    const answers = [intake.accept(request('whole', whole)), intake.accept(request('part', part))];
    expect([whole.byteLength, pool.toString('utf8', 0, 4), part.byteLength > 0]).toEqual([0, '....', true]);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await storedIds()).toEqual(['part', 'whole']);
  });

  it('above the bytes that may wait are asked to come again, and may when those before are answered', async () => {
    const intake = open({ waitingBytes: 2_500 });
    const ready = intake.start();
    const bodies = [own('a'), own('b'), own('c')];
    const answers = bodies.map((body, index) => intake.accept(request(String(index), body)));
    expect(intake.state().waiting).toBe(2);
    const replies = await Promise.all(answers);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 503]);
    expect(replies[2]!.headers['retry-after']).toBe('5');
    expect((await intake.accept(request('c', own('c')))).status).toBe(200);
    await ready;
    expect(intake.state().refused).toBe(1);
    expect(await storedIds()).toEqual(['a', 'b', 'c']);
  });

  it('that were refused before they came here are counted where they are looked for', async () => {
    const intake = open();
    await intake.start();
    intake.countDropped({
      projectId: stores.projectIds[0],
      source: 'native',
      reason: 'rate-limited',
      category: 'request',
      quantity: 7,
    });
    expect(intake.state().refused).toBe(7);
    await expect
      .poll(() => stores.main.activity.dropped(0))
      .toEqual([
        { projectId: stores.projectIds[0], source: 'native', reason: 'rate-limited', category: 'request', quantity: 7 },
      ]);
  });
});

describe('a thread that dies', () => {
  it('leaves nobody without an answer: what waited and what comes is asked to come again', async () => {
    const intake = open();
    const thread = await threadOf(() => intake.start());
    const waiting = ['a', 'b'].map((id) => intake.accept(request(id)));
    await thread.terminate();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([503, 503]);
    expect((await intake.accept(request('c'))).status).toBe(503);
    expect(exits.map(({ code }) => code)).toEqual(['internal']);
    expect(intake.state()).toMatchObject({ waiting: 0, waitingBytes: 0 });
    await intake.stop();
  });

  it('before it was ready says so to who starts it', async () => {
    const intake = open();
    let failed: unknown = null;
    const thread = await threadOf(() =>
      intake.start().catch((error: unknown) => {
        failed = error;
      }),
    );
    await thread.terminate();
    await expect.poll(() => failed).toMatchObject({ code: 'internal' });
  });

  it('because it cannot begin says why, and ends', async () => {
    const intake = open({}, resolve(folder, 'not-opened'));
    await expect(intake.start()).rejects.toMatchObject({ code: 'internal' });
    await intake.stop();
    expect(problems.join()).toContain('not-opened');
  });

  it('because a source it should follow cannot be ends too, though others began', async () => {
    const configuration = configurationSchema.parse({
      dataFolder: folder,
      sources: {
        files: [
          { path: 'shop.log', project: 'shop' },
          { path: 'other.log', project: 'nowhere' },
        ],
      },
    });
    const intake = open({ data: { configuration, folder } });
    await expect(intake.start()).rejects.toMatchObject({ code: 'configuration_invalid' });
    await expect.poll(() => exits.length).toBe(1);
  });
});

describe('stopping', () => {
  it('answers everything that was accepted, and takes nothing more', async () => {
    const intake = open();
    await intake.start();
    const ids = Array.from({ length: 50 }, (_, index) => `e${String(index).padStart(2, '0')}`);
    const answers = ids.map((id) => intake.accept(request(id)));
    const stopped = intake.stop();
    const late = await intake.accept(request('late'));
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
    await stopped;
    expect(late.status).toBe(503);
    expect([await storedIds(), exits]).toEqual([ids, []]);
  });

  it('is done at once when it never began', async () => {
    const intake = open();
    await intake.stop();
    expect((await intake.accept(request('a'))).status).toBe(503);
  });
});
