import type { z } from 'zod';
import { type logQuery, runStatus } from '../../contracts/api/jobs.ts';
import type { RunFilter } from '../../core/jobs/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { namesOf } from '../read-names.ts';

/** `error,timed_out` → the statuses; throws `payload_invalid` for one that is none. */
export function statusesOf(context: AppContext, status: string | undefined): Pick<RunFilter, 'statuses'> {
  return status ? { statuses: namesOf(context, 'status', status, runStatus.options) } : {};
}

/** Instants of a window; throws `payload_invalid` for what is no time. */
export function instantOf(
  { var: { messages } }: AppContext,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Pick<RunFilter, 'from' | 'to'> {
  const read = (name: string, text: string | undefined) => {
    if (text === undefined || text === '') return {};
    const time = Date.parse(text);
    if (Number.isNaN(time))
      throw new GuardianError('payload_invalid', {
        key: name,
        reason: messages.server.validation.format('2026-01-31T08:15:30Z'),
      });
    return { [name]: time };
  };
  return { ...read('from', from), ...read('to', to) };
}

export type LogQuery = z.output<typeof logQuery>;

/** The query of a log as a filter over the run rows. Names match jobs whose name or label holds them. */
export async function logFilter(context: AppContext, log: 'scheduler' | 'sync', query: LogQuery): Promise<RunFilter> {
  const { name, status, task_type, triggered_by, user, from, to, text } = query;
  return {
    log,
    ...(name ? { jobIds: await jobsNamed(context, name) } : {}),
    ...statusesOf(context, status),
    ...(task_type ? { taskTypes: task_type.split(',') } : {}),
    ...(triggered_by ? { triggeredBy: namesOf(context, 'triggered_by', triggered_by, TRIGGERED) } : {}),
    ...(user ? { user } : {}),
    ...instantOf(context, { from, to }),
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

const TRIGGERED = ['scheduler', 'manual', 'api'] as const;
