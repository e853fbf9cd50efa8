import { z } from 'zod';
import { runStatus } from './jobs.ts';
import { instant } from './shared.ts';

/** Rows of the health log, in the names the scripts they replace used. */
export const schedulerLog = z.object({
  id: z.string(),
  task_name: z.string(),
  task_label: z.string(),
  started_at: instant.nullable(),
  completed_at: instant.nullable(),
  duration_seconds: z.number().nullable(),
  status: runStatus,
  message: z.string().nullable(),
  stats: z.record(z.string(), z.unknown()).nullable(),
  triggered_by: z.enum(['scheduler', 'manual', 'api']),
  triggered_by_user: z.string().nullable(),
  created_at: instant,
  trigger: z.string(),
  duration_ms: z.number().nullable(),
  attempt: z.int(),
  chain_run_id: z.string(),
});
export type SchedulerLog = z.infer<typeof schedulerLog>;

export const syncLog = z.object({
  id: z.string(),
  script_name: z.string(),
  script_label: z.string(),
  task_type: z.enum(['sync', 'report', 'chain', 'backup']).nullable(),
  status: runStatus,
  message: z.string().nullable(),
  stats: z.record(z.string(), z.unknown()).nullable(),
  error_details: z.string().nullable(),
  triggered_by: z.enum(['scheduler', 'manual', 'api']),
  triggered_by_user: z.string().nullable(),
  created_at: instant,
  started_at: instant.nullable(),
  completed_at: instant.nullable(),
  execution_time_seconds: z.number().nullable(),
  trigger: z.string(),
  duration_ms: z.number().nullable(),
  attempt: z.int(),
  chain_run_id: z.string(),
});
export type SyncLog = z.infer<typeof syncLog>;

export const logQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  name: z.string().max(200).optional(),
  status: z.string().max(200).optional(),
  task_type: z.string().max(100).optional(),
  triggered_by: z.string().max(100).optional(),
  user: z.string().max(200).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  text: z.string().max(200).optional(),
});

const recentOf = <T extends z.ZodType>(log: T) =>
  z.object({
    logs: z.array(log),
    count: z.int(),
    /** Over all rows that match, not the page. */
    last_success: log.nullable(),
    next_cursor: z.string().nullable(),
  });
export const recentSchedulerLogs = recentOf(schedulerLog);
export const recentSyncLogs = recentOf(syncLog);

const logStats = z.object({
  success_count: z.int(),
  error_count: z.int(),
  warning_count: z.int(),
  running_count: z.int(),
  skipped_count: z.int(),
  timed_out_count: z.int(),
  cancelled_count: z.int(),
  upstream_failed_count: z.int(),
  avg_execution_time: z.number().nullable(),
  p50_execution_time: z.number().nullable(),
  p90_execution_time: z.number().nullable(),
  p99_execution_time: z.number().nullable(),
  period_hours: z.number(),
  /** (success + warning) / (success + warning + error + timed_out); null over nothing. */
  success_rate: z.number().nullable(),
  per_job: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      total: z.int(),
      success_rate: z.number().nullable(),
      avg_execution_time: z.number().nullable(),
      last_status: runStatus.nullable(),
      last_run: instant.nullable(),
    }),
  ),
  /** Each hour or day of the period. */
  trend: z.array(
    z.object({
      at: instant,
      success: z.int(),
      warning: z.int(),
      error: z.int(),
      avg_execution_time: z.number().nullable(),
    }),
  ),
  notifications: z.array(z.object({ type: z.string(), channel: z.string(), status: z.string(), count: z.int() })),
});
export const schedulerLogStats = logStats.extend({ total_tasks: z.int(), last_execution: instant.nullable() });
export const syncLogStats = logStats.extend({ total_syncs: z.int(), last_sync: instant.nullable() });
export type SchedulerLogStats = z.infer<typeof schedulerLogStats>;
export type SyncLogStats = z.infer<typeof syncLogStats>;

export const logStatsQuery = z.strictObject({ period_hours: z.coerce.number().int().min(1).max(8_760).default(24) });
/** All that match: there is no page of it. */
export const logExportQuery = logQuery
  .omit({ limit: true, cursor: true })
  .extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') });

/** A run of a script that runs elsewhere. It may open as `running` and be closed later with the same idempotency key. */
export const syncLogPost = z.strictObject({
  script_name: z.string().min(1).max(200),
  task_type: z.enum(['sync', 'report', 'chain', 'backup']).default('sync'),
  status: z.enum(['running', 'success', 'warning', 'error']),
  message: z.string().max(10_000).nullable().optional(),
  stats: z.record(z.string(), z.unknown()).nullable().optional(),
  /** The old name of `stats`. */
  tables_updated: z.unknown().optional(),
  error_details: z.string().max(100_000).nullable().optional(),
  /** The old name of `error_details`. */
  error_message: z.string().max(100_000).nullable().optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  completed_at: z.iso.datetime({ offset: true }).nullable().optional(),
  execution_time_seconds: z.number().min(0).max(1e9).nullable().optional(),
  triggered_by: z.enum(['scheduler', 'manual', 'api']).optional(),
  triggered_by_user: z.string().max(200).nullable().optional(),
});
