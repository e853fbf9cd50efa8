import type { Job, JobHealth, StoredJob } from '../../../../../core/jobs/ports.ts';
import { canonicalJson } from '../../../../../core/shared/index.ts';
import type { JobTable } from '../../schema/jobs.ts';
import { foldSearch, fromJson } from '../issues/issue-row.ts';

export function toStoredJob(row: JobTable): StoredJob {
  return {
    job: JSON.parse(row.definition) as Job,
    version: row.version,
    versionSince: row.version_since,
    firstSeenAt: row.first_seen_at,
    plannedUntil: row.planned_until,
    pause: fromJson(row.pause),
    health: toHealth(row),
    removedAt: row.removed_at,
    pingKey: row.ping_key,
  };
}

export function toHealth(row: Pick<JobTable, 'is_failing' | 'failures_in_row' | 'successes_in_row'>): JobHealth {
  return {
    isFailing: row.is_failing === 1,
    failuresInRow: row.failures_in_row,
    successesInRow: row.successes_in_row,
  };
}

/** The columns that follow from the definition. */
export function toDefinitionRow(job: Job) {
  return {
    origin: job.origin,
    project_id: job.projectId,
    definition: canonicalJson(job),
    task_type: job.taskType,
    is_watched: job.work.kind === 'watched' ? 1 : 0,
    search: foldSearch(`${job.id}\n${job.label}`),
  } satisfies Partial<JobTable>;
}
