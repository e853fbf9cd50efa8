import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { newRun, noFollow } from '../../../test/contract/store-jobs.ts';
import { type ConfigurationInput, configurationSchema } from '../../config/schema.ts';
import { random } from '../../core/jobs/coordination/runs-fixtures.ts';
import { type GuardianError, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { openCoordination } from './coordination.ts';
import { openJobs } from './start-jobs.ts';

const MINUTE = 60_000;
const SIGNAL = new AbortController().signal;

let now: number;
let stores: OpenedStores;
let folder: string;
let played: number;
let next: () => number;
const clock = { now: () => now };

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  played = 0;
  next = random(7);
  folder = mkdtempSync(join(tmpdir(), 'guardian-coordination-'));
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(async () => {
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

type Apply = NonNullable<NonNullable<ConfigurationInput['jobEngine']>['coordination']>['apply'];

const SYNC_RETRIES: Apply = [{ job: 'sync', parameter: 'retries.count', from: 0, to: 3 }];

async function open({ apply = [] as Apply, retries = 1 } = {}) {
  const policy = { count: retries, first: '1ms', longest: '1ms', jitter: 0 };
  const configuration = configurationSchema.parse({
    jobs: { sync: { shell: 'true', retries: policy }, load: { shell: 'true', retries: policy } },
    jobEngine: { coordination: { apply, confidence: 0.6 } },
  });
  const jobs = await openJobs({
    ...{ configuration, folder, store: stores.main, own: [], clock, version: '1.0.0' },
    ...{ onChange: () => {}, onTold: () => {} },
    onFailure: (what, error) => {
      throw new Error(`${what}: ${error.message}`);
    },
  });
  return openCoordination({ configuration, store: stores.main, clock, declareAnew: jobs.declareAnew });
}

async function retriesOf(id: string): Promise<number> {
  const stored = (await stores.main.jobs.list()).find(({ job }) => job.id === id)!;
  return stored.job.retries.count;
}

/** Runs of a job as its version in force says, each attempt by chance. */
async function play(jobId: string, count: number, [first, later]: [number, number]): Promise<void> {
  const { runs } = stores.main;
  const retries = await retriesOf(jobId);
  for (let index = 0; index < count; index++) {
    now += MINUTE;
    const id = `run-${played++}`;
    const run = newRun(id, jobId, { createdAt: now, dueAt: now, order: now, keys: [] });
    await runs.admit({ run, decide: () => ({ kind: 'queue', cancel: [] }) }, noFollow);
    let isLast = false;
    for (let number = 1; !isLast; number++) {
      const isGood = next() < (number === 1 ? first : later);
      isLast = isGood || number === retries + 1;
      await playAttempt(id, { number, isGood, isLast });
    }
  }
}

async function playAttempt(
  runId: string,
  { number, isGood, isLast }: { number: number; isGood: boolean; isLast: boolean },
): Promise<void> {
  const { runs } = stores.main;
  await runs.claim({ node: 'n', at: now, limit: 1 });
  const status = isGood ? 'success' : 'error';
  const attempt = { number, startedAt: now, finishedAt: now + 100, status, reason: null, error: null } as const;
  await runs.settle(
    [
      {
        ...{ runId, node: null, at: now + 100, attempt, reason: null, message: null, error: null },
        next: isLast ? { kind: 'terminal', status } : { kind: 'retry', dueAt: now + 100 },
        ...{ stats: null, recordErrors: null },
      },
    ],
    noFollow,
  );
  now += 200;
}

const FLAKY: [number, number] = [0.6, 0.6];

async function teach(): Promise<void> {
  await play('sync', 220, FLAKY);
  await play('load', 220, FLAKY);
}

describe('coordination over stored runs', () => {
  it('row 30: learns from failures too, and says of few runs that they are too few', async () => {
    const coordination = await open();
    await play('sync', 100, [0.4, 0]);
    await play('load', 19, [1, 1]);
    await coordination.learn(SIGNAL);
    const [load, sync] = await stores.main.coordination.learnings();
    expect(load).toMatchObject({ jobId: 'load', runs: 19, learnings: null });
    const { value, low, high } = sync!.learnings![0]!.successRate;
    expect(sync!.runs).toBe(100);
    expect(value).toBeLessThan(0.55);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });

  it('shows by default, and changes nothing', async () => {
    const coordination = await open();
    await teach();
    expect(await coordination.learn(SIGNAL)).toMatchObject({ suggestions: 2, applied: 0 });
    const shown = await stores.main.coordination.suggestions(10);
    expect(shown.map(({ jobId, state, from, to }) => [jobId, state, from, to]).sort()).toEqual([
      ['load', 'shown', 1, 2],
      ['sync', 'shown', 1, 2],
    ]);
    expect(shown[0]!.confidence).toBeGreaterThan(0.6);
    await expect(coordination.apply(shown[0]!.id, 'user:1')).rejects.toThrow('not listed');
    expect(await retriesOf('sync')).toBe(1);
    // Looked at again, it is the same suggestion.
    await coordination.learn(SIGNAL);
    expect((await stores.main.coordination.suggestions(10)).map(({ id }) => id).sort()).toEqual(
      shown.map(({ id }) => id).sort(),
    );
  });

  it('applies what is listed, one at a time, measures it on twenty runs, and keeps what is not worse (row 30)', async () => {
    const coordination = await open({
      apply: [...SYNC_RETRIES, { job: 'load', parameter: 'retries.count', from: 0, to: 3 }],
    });
    await teach();
    expect(await coordination.learn(SIGNAL)).toMatchObject({ applied: 1 });
    const counts = [await retriesOf('sync'), await retriesOf('load')];
    expect(counts.sort()).toEqual([1, 2]);
    const [applied] = (await stores.main.coordination.suggestions(10)).filter(({ state }) => state === 'applied');
    now += 1_000;
    // Nothing else while it is being measured.
    expect(await coordination.learn(SIGNAL)).toMatchObject({ applied: 0 });
    await play(applied!.jobId, 19, [1, 1]);
    await coordination.learn(SIGNAL);
    expect((await stores.main.coordination.get(applied!.id))!.state).toBe('applied');
    await play(applied!.jobId, 5, [1, 1]);
    await coordination.learn(SIGNAL);
    const kept = (await stores.main.coordination.get(applied!.id))!;
    expect(kept).toMatchObject({ state: 'kept', by: 'guardian', measured: { after: 1, runsAfter: 24 } });
    expect(kept.measured!.before).toBeLessThan(1);
    expect(await retriesOf(applied!.jobId)).toBe(2);
  });

  it('takes back what made it worse, and leaves it in peace then (row 30)', async () => {
    const coordination = await open({ apply: SYNC_RETRIES });
    await teach();
    await coordination.learn(SIGNAL);
    expect(await retriesOf('sync')).toBe(2);
    now += 1_000;
    await play('sync', 25, [0.1, 0.1]);
    expect(await coordination.learn(SIGNAL)).toMatchObject({ reverted: 1, applied: 0 });
    expect(await retriesOf('sync')).toBe(1);
    expect(await stores.main.coordination.overrides()).toEqual([]);
    const states = (await stores.main.coordination.suggestions(10)).filter(({ jobId }) => jobId === 'sync');
    expect(states.map(({ state }) => state)).toEqual(['reverted']);
  });

  it('does not go beyond the bounds that are listed', async () => {
    const coordination = await open({ apply: [{ job: 'sync', parameter: 'retries.count', from: 0, to: 1 }] });
    await teach();
    expect(await coordination.learn(SIGNAL)).toMatchObject({ applied: 0 });
    const sync = (await stores.main.coordination.suggestions(10)).find(({ jobId }) => jobId === 'sync')!;
    await expect(coordination.apply(sync.id, 'user:1')).rejects.toThrow('not within');
  });

  it('holds over a restart, until the configuration itself says something else', async () => {
    const coordination = await open({ apply: SYNC_RETRIES });
    await teach();
    await coordination.learn(SIGNAL);
    await open({ apply: SYNC_RETRIES });
    expect(await retriesOf('sync')).toBe(2);
    const changed = await open({ apply: SYNC_RETRIES, retries: 3 });
    expect(await retriesOf('sync')).toBe(3);
    expect(await stores.main.coordination.overrides()).toEqual([]);
    await changed.learn(SIGNAL);
    const [sync] = (await stores.main.coordination.suggestions(10)).filter(({ jobId }) => jobId === 'sync');
    expect(sync).toMatchObject({ state: 'reverted', by: 'configuration' });
  });

  it('obeys people: apply, revert, dismiss, each once', async () => {
    const coordination = await open({ apply: SYNC_RETRIES.map((one) => ({ ...one })) });
    await teach();
    await coordination.learn(SIGNAL);
    const all = await stores.main.coordination.suggestions(10);
    const [sync, load] = [all.find(({ jobId }) => jobId === 'sync')!, all.find(({ jobId }) => jobId === 'load')!];
    expect(sync).toMatchObject({ state: 'applied', by: 'guardian' });
    expect(await coordination.revert(sync.id, 'user:1')).toMatchObject({ state: 'reverted', by: 'user:1' });
    expect(await retriesOf('sync')).toBe(1);
    await expect(coordination.revert(sync.id, 'user:2')).rejects.toThrow('it is taken back already');
    const refused = await coordination.apply(sync.id, 'user:2').catch(toGuardianError);
    expect((refused as GuardianError).explain(messagesFor('fr')).message).toContain('elle est déjà reprise');
    expect(await coordination.dismiss(load.id, 'user:1')).toMatchObject({ state: 'dismissed' });
    await expect(coordination.dismiss('nobody', 'user:1')).rejects.toThrow('not_found');
    now += 1_000;
    expect(await coordination.learn(SIGNAL)).toMatchObject({ suggestions: 0, applied: 0 });
  });
});
