import type { StoredJob } from '../job.ts';
import type { RunFilter, RunReader, RunStatistics } from '../ports.ts';
import { isTerminal, type Run, type RunStatus } from '../run.ts';

const NO_STATUSES: Record<RunStatus, number> = {
  queued: 0,
  running: 0,
  success: 0,
  warning: 0,
  error: 0,
  skipped: 0,
  upstream_failed: 0,
  cancelled: 0,
  timed_out: 0,
};

export function readRuns(all: () => Run[], jobs: ReadonlyMap<string, StoredJob>): RunReader {
  const newestFirst = () => all().reverse();
  const matching = (filter: RunFilter) => newestFirst().filter((run) => matches(run, filter, jobs));
  return {
    get: async (runId) => all().find((run) => run.id === runId) ?? null,
    async list(filter, { cursor, limit }) {
      const start = cursor === null ? 0 : Number(cursor);
      const found = matching(filter);
      const end = start + limit;
      return { items: found.slice(start, end), nextCursor: end < found.length ? String(end) : null };
    },
    statistics: async (filter) => statisticsOf(matching(filter)),
    async lastOf(jobIds) {
      const newest = newestFirst();
      return new Map(
        jobIds.map((id) => {
          const ofJob = newest.filter((run) => run.jobId === id);
          const find = (...statuses: RunStatus[]) => ofJob.find((run) => statuses.includes(run.status)) ?? null;
          return [
            id,
            { last: ofJob[0] ?? null, success: find('success', 'warning'), failure: find('error', 'timed_out') },
          ];
        }),
      );
    },
    async recentOf(jobIds, limit) {
      const found = new Map<string, RunStatus[]>();
      for (const id of jobIds) {
        const ofJob = newestFirst().filter((run) => run.jobId === id);
        if (ofJob.length > 0) {
          found.set(
            id,
            ofJob.slice(0, limit).map(({ status }) => status),
          );
        }
      }
      return found;
    },
    async trend(filter, { from, to, stepMs }) {
      const steps = [];
      for (let at = from; at < to; at += stepMs) {
        const runs = matching({ ...filter, from: at, to: Math.min(at + stepMs, to) });
        const { byStatus, duration } = statisticsOf(runs);
        if (runs.length > 0) steps.push({ at, byStatus, meanMs: duration?.mean ?? null });
      }
      return steps;
    },
    async ticks(jobId, from, to) {
      return all().flatMap(({ id, tick, status, startedAt, finishedAt, ...run }) =>
        run.jobId === jobId && tick !== null && tick >= from && tick < to
          ? [{ tick, runId: id, status, startedAt, finishedAt }]
          : [],
      );
    },
  };
}

function matches(run: Run, filter: RunFilter, jobs: ReadonlyMap<string, StoredJob>): boolean {
  const job = jobs.get(run.jobId)?.job;
  const isSync = job !== undefined && (job.work.kind === 'watched' || job.taskType !== null);
  const isScheduler = job?.work.kind !== 'watched';
  const text = filter.text?.toLowerCase();
  return (
    (!filter.jobIds || filter.jobIds.includes(run.jobId)) &&
    (!filter.statuses || filter.statuses.includes(run.status)) &&
    (!filter.triggeredBy || filter.triggeredBy.includes(run.triggeredBy.kind)) &&
    (filter.user === undefined || run.triggeredBy.user === filter.user) &&
    (!filter.taskTypes || (job?.taskType != null && filter.taskTypes.includes(job.taskType))) &&
    (filter.log === undefined || (filter.log === 'sync' ? isSync : isScheduler)) &&
    (filter.chainRunId === undefined || run.chainRunId === filter.chainRunId) &&
    (filter.from === undefined || run.createdAt >= filter.from) &&
    (filter.to === undefined || run.createdAt < filter.to) &&
    (text === undefined || `${run.message} ${run.error} ${run.jobId}`.toLowerCase().includes(text))
  );
}

function statisticsOf(runs: readonly Run[]): RunStatistics {
  const byStatus = { ...NO_STATUSES };
  for (const run of runs) byStatus[run.status]++;
  const durations = runs
    .filter((run) => isTerminal(run.status) && run.startedAt !== null && run.finishedAt !== null)
    .map((run) => run.finishedAt! - run.startedAt!)
    .sort((a, b) => a - b);
  const at = (part: number) => durations[Math.min(durations.length - 1, Math.floor(durations.length * part))]!;
  const mean = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
  return {
    byStatus,
    duration: durations.length === 0 ? null : { mean, p50: at(0.5), p90: at(0.9), p99: at(0.99) },
    last: runs[0] ?? null,
    lastSuccess: runs.find((run) => run.status === 'success' || run.status === 'warning') ?? null,
    perJob: [],
  };
}
