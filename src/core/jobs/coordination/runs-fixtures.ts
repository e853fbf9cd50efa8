import type { EndedRun } from './history.ts';
import type { JobHistory } from './rule.ts';

export const NOW = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;

/** A small generator of equal numbers for equal seeds. */
export function random(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) % 4_294_967_296;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export interface SimulatedJob {
  id?: string;
  seed: number;
  runs: number;
  retries: number;
  timeoutMs: number;
  /** How likely one attempt succeeds, the first and those after it. */
  success: [number, number];
  /** Durations are exponential with this mean. */
  meanMs: number;
}

/** Runs one an hour up to now, each attempt by chance. */
export function simulate({ id = 'sync', seed, runs, retries, timeoutMs, success, meanMs }: SimulatedJob): JobHistory {
  const next = random(seed);
  const list = Array.from({ length: runs }, (_, index): EndedRun => {
    const readyAt = NOW - (runs - index) * HOUR;
    const attempts: EndedRun['attempts'][number][] = [];
    let at = readyAt;
    for (let attempt = 0; attempt <= retries; attempt++) {
      const duration = -Math.log(1 - next()) * meanMs;
      const isGood = next() < success[attempt === 0 ? 0 : 1];
      const status = statusOf(isGood, duration > timeoutMs);
      attempts.push({ startedAt: at, finishedAt: at + Math.min(duration, timeoutMs), status });
      at += Math.min(duration, timeoutMs);
      if (status === 'success') break;
    }
    const { status } = attempts.at(-1)!;
    return {
      ...{
        id: `${id}-${index}`,
        jobId: id,
        chainRunId: `${id}-${index}`,
        causeRunId: null,
        trigger: 'schedule',
        timeoutMs,
      },
      ...{
        status,
        readyAt,
        startedAt: readyAt,
        finishedAt: at,
        attempts,
        failedStep: status === 'error' ? 'load' : null,
      },
    };
  });
  const retryPolicy = { count: retries, firstDelayMs: 0, factor: 1, longestDelayMs: 0, jitter: 0 };
  return { job: { id, retries: retryPolicy, timeoutMs, concurrency: null }, runs: list, sharing: list, now: NOW };
}

/** Runs of one key, served `limit` at a time, that come faster or slower than they are served. */
export function simulateQueue({
  seed,
  limit,
  runs,
  everyMs,
  meanMs,
}: {
  seed: number;
  limit: number;
  runs: number;
  everyMs: number;
  meanMs: number;
}): JobHistory {
  const next = random(seed);
  const free: number[] = [];
  let readyAt = NOW - runs * everyMs;
  const list = Array.from({ length: runs }, (_, index): EndedRun => {
    readyAt += -Math.log(1 - next()) * everyMs;
    free.sort((a, b) => a - b);
    const startedAt = free.length < limit ? readyAt : Math.max(readyAt, free.shift()!);
    const finishedAt = startedAt - Math.log(1 - next()) * meanMs;
    free.push(finishedAt);
    return {
      ...{
        id: `q-${index}`,
        jobId: 'queue',
        chainRunId: `q-${index}`,
        causeRunId: null,
        trigger: 'api',
        timeoutMs: HOUR,
      },
      ...{ status: 'success', readyAt, startedAt, finishedAt, failedStep: null },
      attempts: [{ startedAt, finishedAt, status: 'success' }],
    };
  });
  const retries = { count: 0, firstDelayMs: 0, factor: 1, longestDelayMs: 0, jitter: 0 };
  return {
    job: { id: 'queue', retries, timeoutMs: HOUR, concurrency: { key: 'k', limit } },
    runs: list,
    sharing: list,
    now: NOW,
  };
}

function statusOf(isGood: boolean, isLate: boolean): 'timed_out' | 'success' | 'error' {
  if (isLate) return 'timed_out';
  return isGood ? 'success' : 'error';
}
