import type { SchedulerLogStats, SyncLogStats } from '../../contracts/api/jobs.ts';
import type { Run, RunFilter, StoredJob } from '../../core/jobs/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { successRate } from './job-view.ts';
import { type LogQuery, logFilter } from './log-filter.ts';

export type LogKind = 'scheduler' | 'sync';
type ViewOf<L> = (run: Run, stored: StoredJob | null) => L;

const HOUR_MS = 60 * 60 * 1000;

/** The newest of a log: a page, and the last success over all rows that match. */
export async function recentLogs<L>(
  context: AppContext,
  kind: LogKind,
  query: LogQuery,
  { view, limit }: { view: ViewOf<L>; limit: number },
) {
  const { runs } = context.var.services.store;
  const filter = await logFilter(context, kind, query);
  const jobs = await knownJobs(context);
  const viewed = (run: Run) => view(run, jobs.get(run.jobId) ?? null);
  const page = await runs.list(filter, { cursor: query.cursor ?? null, limit: query.limit ?? limit });
  const wanted = filter.statuses ?? ['success'];
  const success = wanted.includes('success')
    ? await runs.list({ ...filter, statuses: ['success'] }, { cursor: null, limit: 1 })
    : { items: [] };
  const [last] = success.items;
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

/** Every row that matches, a page at a time, to the end. */
export async function* everyRun({ var: { services } }: AppContext, filter: RunFilter): AsyncGenerator<Run> {
  let cursor: string | null = null;
  do {
    const page: { items: Run[]; nextCursor: string | null } = await services.store.runs.list(filter, {
      cursor,
      limit: 200,
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

type CommonStats = Omit<SchedulerLogStats, 'total_tasks' | 'last_execution'> &
  Omit<SyncLogStats, 'total_syncs' | 'last_sync'>;

/** Statistics of a log over the last hours; `total` and `last` are called differently in each. */
export async function logStatistics(
  context: AppContext,
  kind: LogKind,
  hours: number,
): Promise<{ stats: CommonStats; total: number; last: string | null }> {
  const { services } = context.var;
  const now = services.clock.now();
  const from = now - hours * HOUR_MS;
  const found = await services.store.runs.statistics({ log: kind, from });
  const jobs = await knownJobs(context);
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
    trend: await trendOf(context, kind, { from, to: now }),
    notifications: (await services.store.sent.totals(from)).map(({ occasion, channel, state, count }) => ({
      type: occasion,
      channel,
      status: state,
      count,
    })),
  };
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  return { stats, total, last: found.last ? toInstant(found.last.createdAt) : null };
}

/** Steps of the picture: hours up to two days, else days, thirty at most. */
async function trendOf(
  { var: { services } }: AppContext,
  kind: LogKind,
  { from, to }: { from: number; to: number },
): Promise<CommonStats['trend']> {
  const span = to - from;
  const step =
    span <= 48 * HOUR_MS
      ? Math.max(HOUR_MS, Math.ceil(span / 24 / HOUR_MS) * HOUR_MS)
      : Math.ceil(span / 30 / HOUR_MS) * HOUR_MS;
  const starts: number[] = [];
  for (let at = from; at < to; at += step) starts.push(at);
  return Promise.all(
    starts.map(async (at) => {
      const { byStatus, duration } = await services.store.runs.statistics({
        log: kind,
        from: at,
        to: Math.min(at + step, to),
      });
      return {
        at: toInstant(at),
        success: byStatus.success,
        warning: byStatus.warning,
        error: byStatus.error + byStatus.timed_out,
        avg_execution_time: duration === null ? null : duration.mean / 1_000,
      };
    }),
  );
}
