import type { z } from 'zod';
import type { logQuery, SchedulerLogStats, SyncLogStats } from '../../contracts/api/job-logs.ts';
import type { Run, RunFilter, RunStatus, StoredJob } from '../../core/jobs/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { successRate } from './job-view.ts';
import { logFilter } from './log-filter.ts';

export type LogKind = 'scheduler' | 'sync';
type ViewOf<L> = (run: Run, stored: StoredJob | null) => L;

const HOUR_MS = 60 * 60 * 1000;

/** What counts as success, here as for a job's last success and the rate. */
const WELL: readonly RunStatus[] = ['success', 'warning'];

/** The newest of a log: a page, and the last success over all rows that match. */
export async function recentLogs<L>(
  context: AppContext,
  kind: LogKind,
  query: z.output<typeof logQuery>,
  { view, limit }: { view: ViewOf<L>; limit: number },
) {
  const { runs } = context.var.services.store;
  const filter = await logFilter(context, kind, query);
  const jobs = await knownJobs(context);
  const viewed = (run: Run) => view(run, jobs.get(run.jobId) ?? null);
  const page = await runs.list(filter, { cursor: query.cursor ?? null, limit: query.limit ?? limit });
  const statuses = WELL.filter((status) => filter.statuses?.includes(status) ?? true);
  const [last] = (await runs.list({ ...filter, statuses }, { cursor: null, limit: 1 })).items;
  return {
    logs: page.items.map(viewed),
    count: page.items.length,
    last_success: last ? viewed(last) : null,
    next_cursor: page.nextCursor,
  };
}

export async function knownJobs({ var: { services } }: AppContext): Promise<Map<string, StoredJob>> {
  const stored = await services.store.jobs.list({ withRemoved: true });
  return new Map(stored.map((one) => [one.job.id, one]));
}

const PAGE = 200;

/** Every row that matches, newest first, a page at a time, to the end. */
export async function* everyPage({ var: { services } }: AppContext, filter: RunFilter): AsyncGenerator<Run[]> {
  let cursor: string | null = null;
  do {
    const page: { items: Run[]; nextCursor: string | null } = await services.store.runs.list(filter, {
      cursor,
      limit: PAGE,
    });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** All of one chain run, in the order they were made: as many as the chain has jobs. */
export async function chainRunsOf(context: AppContext, chainRunId: string): Promise<Run[]> {
  const runs: Run[] = [];
  for await (const page of everyPage(context, { chainRunId })) runs.push(...page);
  return runs.reverse();
}

type CommonStats = Omit<SchedulerLogStats, 'total_tasks' | 'last_execution'> &
  Omit<SyncLogStats, 'total_syncs' | 'last_sync'>;

/** Statistics of a log over the last hours; `last` is the newest run of all, however long ago. Both are called differently in each log. */
export async function logStatistics(
  context: AppContext,
  kind: LogKind,
  hours: number,
): Promise<{ stats: CommonStats; total: number; last: string | null }> {
  const { services } = context.var;
  const { runs } = services.store;
  // Up to and with this very millisecond: what is counted in the steps is what is counted in all.
  const to = services.clock.now() + 1;
  const from = to - hours * HOUR_MS;
  const [found, newest, jobs] = await Promise.all([
    runs.statistics({ log: kind, from, to }),
    runs.list({ log: kind }, { cursor: null, limit: 1 }),
    knownJobs(context),
  ]);
  const lasts = await services.store.runs.lastOf(found.perJob.map(({ jobId }) => jobId));
  const { byStatus, duration } = found;
  const inSeconds = (ms: number | undefined) => (ms === undefined ? null : ms / 1_000);
  const stats: CommonStats = {
    success_count: byStatus.success,
    error_count: byStatus.error,
    warning_count: byStatus.warning,
    running_count: byStatus.running,
    skipped_count: byStatus.skipped,
    timed_out_count: byStatus.timed_out,
    cancelled_count: byStatus.cancelled,
    upstream_failed_count: byStatus.upstream_failed,
    avg_execution_time: inSeconds(duration?.mean),
    p50_execution_time: inSeconds(duration?.p50),
    p90_execution_time: inSeconds(duration?.p90),
    p99_execution_time: inSeconds(duration?.p99),
    period_hours: hours,
    success_rate: successRate(byStatus),
    per_job: found.perJob.map(({ jobId, byStatus: own, meanMs }) => {
      const last = lasts.get(jobId)?.last ?? null;
      return {
        name: jobId,
        label: jobs.get(jobId)?.job.label ?? jobId,
        total: Object.values(own).reduce((sum, count) => sum + count, 0),
        success_rate: successRate(own),
        avg_execution_time: meanMs === null ? null : meanMs / 1_000,
        last_status: last?.status ?? null,
        last_run: last ? toInstant(last.createdAt) : null,
      };
    }),
    trend: await trendOf(context, kind, { from, to }),
    notifications: (await services.store.sent.totals(from)).map(({ occasion, channel, state, count }) => ({
      type: occasion,
      channel,
      status: state,
      count,
    })),
  };
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  const [last] = newest.items;
  return { stats, total, last: last ? toInstant(last.createdAt) : null };
}

/** Steps of the picture: hours up to a day, else at most thirty of whole hours; a step without runs is there, with zeros. */
async function trendOf(
  { var: { services } }: AppContext,
  kind: LogKind,
  { from, to }: { from: number; to: number },
): Promise<CommonStats['trend']> {
  const span = to - from;
  const most = span <= 48 * HOUR_MS ? 24 : 30;
  const stepMs = Math.ceil(span / most / HOUR_MS) * HOUR_MS;
  const found = await services.store.runs.trend({ log: kind }, { from, to, stepMs });
  const steps = new Map(found.map((step) => [step.at, step]));
  const starts = Array.from({ length: Math.ceil(span / stepMs) }, (_, index) => from + index * stepMs);
  return starts.map((at) => {
    const step = steps.get(at);
    return {
      at: toInstant(at),
      success: step?.byStatus.success ?? 0,
      warning: step?.byStatus.warning ?? 0,
      error: (step?.byStatus.error ?? 0) + (step?.byStatus.timed_out ?? 0),
      avg_execution_time: step === undefined || step.meanMs === null ? null : step.meanMs / 1_000,
    };
  });
}
