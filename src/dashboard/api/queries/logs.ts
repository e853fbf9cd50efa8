import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  logQuery,
  recentSchedulerLogs,
  recentSyncLogs,
  SchedulerLog,
  SchedulerLogStats,
  SyncLog,
  SyncLogStats,
} from '../../../contracts/api/job-logs.ts';
import type { RunStatusView } from '../../../contracts/api/jobs.ts';
import { getJson, type Page, withQuery } from '../request.ts';
import { MOST_PAGES } from './pages.ts';

/** The two tabs of the health log. */
export type LogKind = 'tasks' | 'syncs';

/** A row of either log: they are the same runs under the names of two older tables. */
export interface LogRow {
  id: string;
  job: string;
  label: string;
  type: string | null;
  status: RunStatusView;
  message: string | null;
  stats: Record<string, unknown> | null;
  error: string | null;
  triggeredBy: 'scheduler' | 'manual' | 'api';
  user: string | null;
  trigger: string;
  attempt: number;
  chainRun: string;
  createdAt: string;
  startedAt: string | null;
  durationMs: number | null;
}

export interface LogPage extends Page<LogRow> {
  lastSuccess: LogRow | null;
}

export interface LogStats extends Omit<SchedulerLogStats, 'total_tasks' | 'last_execution'> {
  total: number;
}

export type LogFilters = Omit<z.input<typeof logQuery>, 'cursor' | 'limit'>;

const PATHS = { tasks: '/api/scheduler-logs', syncs: '/api/sync-logs' } as const;

const commonOf = (row: SchedulerLog | SyncLog) => ({
  id: row.id,
  status: row.status,
  message: row.message,
  stats: row.stats,
  triggeredBy: row.triggered_by,
  user: row.triggered_by_user,
  trigger: row.trigger,
  attempt: row.attempt,
  chainRun: row.chain_run_id,
  createdAt: row.created_at,
  startedAt: row.started_at,
  durationMs: row.duration_ms,
});

function rowOf(row: SchedulerLog | SyncLog): LogRow {
  if ('task_name' in row)
    return { ...commonOf(row), job: row.task_name, label: row.task_label, type: null, error: null };
  return {
    ...commonOf(row),
    job: row.script_name,
    label: row.script_label,
    type: row.task_type,
    error: row.error_details,
  };
}

export const logQueryOf = (kind: LogKind, filters: LogFilters, limit: number) =>
  infiniteQueryOptions({
    queryKey: ['logs', kind, filters, limit],
    queryFn: async ({ pageParam, signal }): Promise<LogPage> => {
      const path = withQuery(`${PATHS[kind]}/recent`, { ...filters, limit, cursor: pageParam });
      type Recent = z.infer<typeof recentSchedulerLogs> | z.infer<typeof recentSyncLogs>;
      const { logs, last_success, next_cursor } = await getJson<Recent>(path, signal);
      return {
        items: logs.map(rowOf),
        nextCursor: next_cursor,
        total: null,
        lastSuccess: last_success && rowOf(last_success),
      };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    maxPages: MOST_PAGES,
  });

/** Counted over all rows each time, and so asked for at a pace of its own, not at each run. */
const STATS_MS = 10_000;

export const logStatsQuery = (kind: LogKind, hours: number) =>
  queryOptions({
    queryKey: ['log statistics', kind, hours],
    queryFn: async ({ signal }): Promise<LogStats> => {
      const path = withQuery(`${PATHS[kind]}/stats`, { period_hours: hours });
      const found = await getJson<SchedulerLogStats | SyncLogStats>(path, signal);
      return { ...found, total: 'total_tasks' in found ? found.total_tasks : found.total_syncs };
    },
    refetchInterval: STATS_MS,
  });

export function exportPath(kind: LogKind, filters: LogFilters, format: 'jsonl' | 'csv'): string {
  return withQuery(`${PATHS[kind]}/export`, { ...filters, format });
}
