import type { StatsCondition } from '../job.ts';
import type { Run } from '../run.ts';

/** What a run that did work tells of the next one. Instants are epoch ms. */
export interface HistoryRow {
  runId: string;
  /** Its tick, else when it was asked for. */
  dueAt: number;
  startedAt: number;
  finishedAt: number;
  /** `error` or `timed_out`. */
  hasFailed: boolean;
  /** Null where it had no deadline. */
  isLate: boolean | null;
  /** Of its last attempt. */
  durationMs: number;
  /** Attempts after the first. */
  retries: number;
  /** So long the attempt might take; for lateness, so long after its start as its deadline left. Null: no bound. */
  timeoutMs: number;
  deadlineMs: number | null;
  /** Numbers of its stats by dotted path, a hundred at most. */
  stats: Readonly<Record<string, number>>;
}

/** An outcome of a job that this one runs after. */
export interface UpstreamOutcome {
  finishedAt: number;
  hasFailed: boolean;
}

/** What is known of the job beside its runs. */
export interface PredictionContext {
  /** Hours and weekdays are those of this zone. */
  timeZone: string;
  /** The conditions that make its run `error`: values that near them are a sign. */
  failWhen: readonly StatsCondition[];
  /** Ascending. */
  upstream: readonly UpstreamOutcome[];
}

const MOST_STATS = 100;
const DEEPEST_STATS = 4;

/** The runs that did work (success, warning, error, timed_out), ascending by start. Those that were skipped, cancelled or held back tell nothing of the work. */
export function historyOf(runs: readonly Run[]): HistoryRow[] {
  return runs.flatMap((run) => historyRow(run) ?? []).sort((one, other) => one.startedAt - other.startedAt);
}

/** The outcomes of upstream jobs, ascending by their end. */
export function upstreamOf(runs: readonly Run[]): UpstreamOutcome[] {
  return historyOf(runs)
    .map(({ finishedAt, hasFailed }) => ({ finishedAt, hasFailed }))
    .sort((one, other) => one.finishedAt - other.finishedAt);
}

function historyRow(run: Run): HistoryRow | null {
  const { startedAt, finishedAt, status } = run;
  if (startedAt === null || finishedAt === null) return null;
  if (status !== 'success' && status !== 'warning' && status !== 'error' && status !== 'timed_out') return null;
  const last = run.attempts.at(-1);
  const began = last?.startedAt ?? startedAt;
  return {
    runId: run.id,
    dueAt: run.tick ?? run.createdAt,
    startedAt,
    finishedAt,
    hasFailed: status === 'error' || status === 'timed_out',
    isLate: isLate(run, startedAt, finishedAt),
    durationMs: Math.max(0, (last?.finishedAt ?? finishedAt) - began),
    retries: Math.max(0, run.attempt - 1),
    timeoutMs: run.timeoutMs,
    deadlineMs: run.finishBy === null ? null : run.finishBy - began,
    stats: numbersOf(run.stats),
  };
}

function isLate({ startBy, finishBy }: Run, startedAt: number, finishedAt: number): boolean | null {
  if (startBy === null && finishBy === null) return null;
  return (startBy !== null && startedAt > startBy) || (finishBy !== null && finishedAt > finishBy);
}

function numbersOf(stats: Run['stats']): Record<string, number> {
  const numbers: Record<string, number> = Object.create(null);
  let left = MOST_STATS;
  const visit = (value: unknown, path: string, depth: number): void => {
    if (left === 0) return;
    if (typeof value === 'number' && Number.isFinite(value)) {
      numbers[path] = value;
      left -= 1;
    } else if (value !== null && typeof value === 'object' && !Array.isArray(value) && depth < DEEPEST_STATS) {
      for (const [name, inner] of Object.entries(value)) visit(inner, path ? `${path}.${name}` : name, depth + 1);
    }
  };
  visit(stats, '', 0);
  return numbers;
}
