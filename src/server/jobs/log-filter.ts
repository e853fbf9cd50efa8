import type { z } from 'zod';
import { type logQuery, syncLogPost } from '../../contracts/api/job-logs.ts';
import { runStatus } from '../../contracts/api/jobs.ts';
import type { RunFilter } from '../../core/jobs/index.ts';
import type { AppContext } from '../app-env.ts';
import { namesOf } from '../read-names.ts';
import { windowOf } from '../read-window.ts';

/** `error,timed_out` → the statuses; throws `payload_invalid` for one that is none. */
export function statusesOf(context: AppContext, status: string | undefined): Pick<RunFilter, 'statuses'> {
  return status ? { statuses: namesOf(context, 'status', status, runStatus.options) } : {};
}

const TRIGGERED = ['scheduler', 'manual', 'api'] as const;
const TASK_TYPES = syncLogPost.shape.task_type.unwrap().options;

export type LogFilterQuery = Omit<z.output<typeof logQuery>, 'limit' | 'cursor'>;

/** The query of a log as a filter over the run rows. Names match jobs whose name or label holds them. */
export async function logFilter(
  context: AppContext,
  log: 'scheduler' | 'sync',
  query: LogFilterQuery,
): Promise<RunFilter> {
  const { name, status, task_type, triggered_by, user, from, to, text } = query;
  return {
    log,
    ...(name ? { jobIds: await jobsNamed(context, name) } : {}),
    ...statusesOf(context, status),
    ...(task_type ? { taskTypes: namesOf(context, 'task_type', task_type, TASK_TYPES) } : {}),
    ...(triggered_by ? { triggeredBy: namesOf(context, 'triggered_by', triggered_by, TRIGGERED) } : {}),
    ...(user ? { user } : {}),
    ...windowOf(context, { from, to }),
    ...(text ? { text } : {}),
  };
}

async function jobsNamed({ var: { services } }: AppContext, name: string): Promise<string[]> {
  const wanted = name.toLowerCase();
  const stored = await services.store.jobs.list({ withRemoved: true });
  return stored
    .filter(({ job }) => job.id.toLowerCase().includes(wanted) || job.label.toLowerCase().includes(wanted))
    .map(({ job }) => job.id);
}
