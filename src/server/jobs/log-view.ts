import type { SchedulerLog, SyncLog } from '../../contracts/api/job-logs.ts';
import type { Job, Run } from '../../core/jobs/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import { durationOf } from './job-view.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

/** What both logs say of a run, in the same words and from the same row. */
function common(run: Run) {
  const durationMs = durationOf(run);
  return {
    id: run.id,
    status: run.status,
    message: run.message,
    stats: run.stats,
    triggered_by: run.triggeredBy.kind,
    triggered_by_user: run.triggeredBy.user,
    created_at: toInstant(run.createdAt),
    started_at: instantOrNull(run.startedAt),
    completed_at: instantOrNull(run.finishedAt),
    trigger: run.trigger,
    duration_ms: durationMs,
    attempt: run.attempt,
    chain_run_id: run.chainRunId,
    seconds: durationMs === null ? null : durationMs / 1_000,
  };
}

export function schedulerLogView(run: Run, label: string): SchedulerLog {
  const { seconds, ...rest } = common(run);
  return { ...rest, task_name: run.jobId, task_label: label, duration_seconds: seconds };
}

export function syncLogView(run: Run, { label, taskType }: Pick<Job, 'label' | 'taskType'>): SyncLog {
  const { seconds, ...rest } = common(run);
  return {
    ...rest,
    script_name: run.jobId,
    script_label: label,
    task_type: taskType,
    error_details: run.error,
    execution_time_seconds: seconds,
  };
}
