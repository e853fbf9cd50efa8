import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { RunFilter, RunStatus } from '../../../../../core/jobs/ports.ts';
import type { Schema } from '../../schema.ts';
import { foldSearch } from '../issues/issue-row.ts';
import { FAILED, IS_OPEN, IS_UNUSUAL, WAS_ASKED } from './run-statuses.ts';

/** What follows of a list of statuses, as the partial indexes say it; the narrowest that fits. */
const STATUS_INDEXES: readonly { statuses: readonly RunStatus[]; condition: RawBuilder<boolean> }[] = [
  { statuses: ['queued', 'running'], condition: IS_OPEN },
  { statuses: ['error', 'timed_out'], condition: FAILED },
  {
    statuses: ['warning', 'error', 'skipped', 'upstream_failed', 'cancelled', 'timed_out'],
    condition: IS_UNUSUAL,
  },
];

/** An empty list matches nothing. */
export function filteredRuns(db: Kysely<Schema>, filter: RunFilter) {
  let runs = db.selectFrom('run');
  const { jobIds, statuses, triggeredBy, user, taskTypes, log, chainRunId, from, to, text } = filter;
  if (jobIds) runs = runs.where('job_id', 'in', orNone(jobIds));
  if (statuses) {
    runs = runs.where('status', 'in', orNone(statuses));
    const index = STATUS_INDEXES.find((known) => statuses.every((status) => known.statuses.includes(status)));
    if (index) runs = runs.where(index.condition);
  }
  if (tellsOfAsked(filter)) runs = runs.where(WAS_ASKED);
  if (triggeredBy) runs = runs.where('triggered_by', 'in', orNone(triggeredBy));
  if (user !== undefined) runs = runs.where('triggered_user', '=', user);
  if (taskTypes) runs = runs.where('task_type', 'in', orNone(taskTypes));
  if (log === 'scheduler') runs = runs.where(sql<boolean>`in_scheduler_log = 1`);
  if (log === 'sync') runs = runs.where(sql<boolean>`in_sync_log = 1`);
  if (chainRunId !== undefined) runs = runs.where('chain_run_id', '=', chainRunId);
  if (from !== undefined) runs = runs.where('created_at', '>=', from);
  if (to !== undefined) runs = runs.where('created_at', '<', to);
  if (text) {
    const pattern = `%${foldSearch(text).replace(/[\\%_]/g, '\\$&')}%`;
    runs = runs.where((eb) =>
      eb.or([
        sql<boolean>`run.search LIKE ${pattern} ESCAPE '\\'`,
        eb(
          'job_id',
          'in',
          eb.selectFrom('job').select('job.id').where(sql<boolean>`job.search LIKE ${pattern} ESCAPE '\\'`),
        ),
      ]),
    );
  }
  return runs;
}

/** Whether only runs that somebody asked for can be meant. */
function tellsOfAsked({ user, triggeredBy }: RunFilter): boolean {
  return user !== undefined || (triggeredBy !== undefined && !triggeredBy.includes('scheduler'));
}

function orNone<T extends string>(values: readonly T[]): readonly string[] {
  return values.length > 0 ? values : [''];
}
