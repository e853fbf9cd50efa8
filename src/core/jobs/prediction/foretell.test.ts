import { describe, expect, it } from 'vitest';
import { readRuns } from '../engine/memory-reader-fixtures.ts';
import type { StoredJob, Trigger } from '../job.ts';
import { plainJob } from '../job-fixtures.ts';
import type { Run } from '../run.ts';
import { badHours, type GeneratedHistory, upstreamFailures } from './history-fixtures.ts';
import { foretell, type HistoryRow, type Prediction, type PredictionStore } from './index.ts';

const HOUR_MS = 3_600_000;
const HOURLY: Trigger = { kind: 'interval', everyMs: HOUR_MS, anchor: Date.UTC(2026, 0, 1, 6) };

function stored(id: string, trigger: Trigger): StoredJob {
  const job = plainJob(id, { trigger });
  const known = {
    version: 1,
    versionSince: 0,
    firstSeenAt: 0,
    plannedUntil: null,
    pause: null,
    removedAt: null,
    pingKey: null,
  };
  return { ...known, job } as StoredJob;
}

function runOf(
  jobId: string,
  row: Pick<HistoryRow, 'runId' | 'dueAt' | 'startedAt' | 'finishedAt' | 'hasFailed'>,
): Run {
  return {
    id: `${jobId}-${row.runId}`,
    jobId,
    projectId: null,
    tick: row.dueAt,
    trigger: 'schedule',
    triggeredBy: { kind: 'scheduler', user: null },
    chainRunId: row.runId,
    causeRunId: null,
    status: row.hasFailed ? 'error' : 'success',
    reason: null,
    message: null,
    error: null,
    attempt: 1,
    attempts: [],
    keys: [],
    order: row.dueAt,
    createdAt: row.dueAt,
    dueAt: row.dueAt,
    condition: null,
    startBy: null,
    finishBy: null,
    timeoutMs: HOUR_MS,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    node: null,
    heartbeatAt: null,
    cancelRequest: null,
    stats: null,
    recordErrors: null,
    version: 1,
    environment: null,
    clientId: null,
    outputBytes: 0,
    lostOutputBytes: 0,
  };
}

function memoryStore(): Omit<PredictionStore, 'forget'> & { rows: Map<string, Prediction> } {
  const rows = new Map<string, Prediction>();
  const ofJob = (jobId: string) => [...rows.values()].filter((row) => row.jobId === jobId);
  return {
    rows,
    keep: async (predictions) => {
      for (const one of predictions) {
        const key = `${one.jobId} ${one.event} ${one.forAt}`;
        if (!rows.get(key)?.judged) rows.set(key, one);
      }
    },
    open: async (jobId) => ofJob(jobId).filter((row) => row.judged === null),
    list: async (jobId, limit) =>
      ofJob(jobId)
        .sort((one, other) => other.madeAt - one.madeAt)
        .slice(0, limit),
  };
}

function world(jobs: StoredJob[], runs: Run[]) {
  const known = new Map(jobs.map((one) => [one.job.id, one]));
  const store = memoryStore();
  const look = (jobId: string, at: number) =>
    foretell({
      jobId,
      jobs: known,
      runs: readRuns(() => runs.filter(({ finishedAt }) => finishedAt! <= at), known),
      store,
      timeZone: 'America/Montreal',
      at,
    });
  return { store, look };
}

const runsOf = (jobId: string, { history }: GeneratedHistory): Run[] => history.map((row) => runOf(jobId, row));

describe('a round of foretelling', () => {
  it('makes a row for the next tick, and judges it in the round after that ran', async () => {
    const runs = runsOf('full_sync', badHours(4, 400));
    const { store, look } = world([stored('full_sync', HOURLY)], runs);
    const at = runs[298]!.finishedAt!;
    const { made, judged } = await look('full_sync', at);
    expect(judged).toEqual([]);
    expect(made.map(({ event, forAt }) => [event, forAt])).toEqual([['failure', runs[299]!.tick]]);
    const later = await look('full_sync', runs[299]!.finishedAt!);
    expect(later.judged).toMatchObject([{ forAt: runs[299]!.tick, probability: made[0]!.probability }]);
    expect(later.judged[0]!.judged).toEqual({
      at: runs[299]!.finishedAt,
      runId: 'full_sync-run-299',
      came: runs[299]!.status === 'error',
    });
    expect(later.made[0]!.forAt).toBe(runs[300]!.tick);
    expect((await store.list('full_sync', 10)).map(({ judged: verdict }) => verdict !== null)).toEqual([false, true]);
  });

  it('asked again before the run changes nothing but the moment', async () => {
    const runs = runsOf('full_sync', badHours(4, 100));
    const { store, look } = world([stored('full_sync', HOURLY)], runs);
    const at = runs[80]!.finishedAt!;
    await look('full_sync', at);
    await look('full_sync', at + 60_000);
    expect([...store.rows.values()].map(({ forAt, madeAt }) => [forAt, madeAt])).toEqual([
      [runs[81]!.tick, at + 60_000],
    ]);
  });

  it('expects a job that runs after others at the tick of their root, and sees how those went', async () => {
    const generated = upstreamFailures(6, 365);
    const upstream = generated.context.upstream.map(({ finishedAt, hasFailed }, index) =>
      runOf('full_sync', {
        runId: `up-${index}`,
        dueAt: finishedAt - 1_000,
        startedAt: finishedAt - 1_000,
        finishedAt,
        hasFailed,
      }),
    );
    const daily: Trigger = { kind: 'interval', everyMs: 24 * HOUR_MS, anchor: upstream[0]!.tick };
    const after: Trigger = { kind: 'after', rule: 'all_done', edges: [{ job: 'full_sync', isStrict: false }] };
    const jobs = [stored('full_sync', daily), stored('timeline_report', after)];
    const { look } = world(jobs, [...upstream, ...runsOf('timeline_report', generated)]);
    const failing = upstream.findLastIndex(({ status }) => status === 'error');
    const { made } = await look('timeline_report', upstream[failing]!.finishedAt! + 1);
    expect(made[0]!.forAt).toBe(upstream[failing]!.tick! + 24 * HOUR_MS);
    expect(made[0]!.because[0]!.signal).toBe('upstream');
  });

  it('makes nothing for a job that only people start, that is gone, or that goes in a circle', async () => {
    const circle = (job: string): Trigger => ({
      kind: 'after',
      rule: 'all_success',
      edges: [{ job, isStrict: false }],
    });
    const jobs = [
      stored('by_hand', { kind: 'none' }),
      { ...stored('gone', HOURLY), removedAt: 1 },
      stored('a', circle('b')),
      stored('b', circle('a')),
    ];
    const runs = jobs.flatMap(({ job }) => runsOf(job.id, badHours(4, 40)));
    const { look } = world(jobs, runs);
    for (const id of ['by_hand', 'gone', 'a', 'unknown']) {
      expect(await look(id, Date.UTC(2027, 0, 1))).toEqual({ judged: [], made: [] });
    }
  });
});
