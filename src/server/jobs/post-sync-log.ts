import type { z } from 'zod';
import type { SyncLog, syncLogPost } from '../../contracts/api/jobs.ts';
import { readFacts } from '../../core/jobs/index.ts';
import type { AppContext } from '../app-env.ts';
import { syncLogView } from './log-view.ts';

/** A posted log as a run. Without an idempotency key each post is a run of its own. */
export async function postSyncLog(context: AppContext, posted: z.output<typeof syncLogPost>): Promise<SyncLog> {
  const { services, sender } = context.var;
  const { status, message = null, started_at, completed_at } = posted;
  const { stats, recordErrors } = readFacts(posted.stats ?? posted.tables_updated ?? null);
  const finishedAt = status === 'running' ? null : completed_at ? Date.parse(completed_at) : services.clock.now();
  const told = posted.error_details ?? posted.error_message ?? null;
  const { run } = await services.jobs.post({
    projectId: sender.project.id,
    name: slugOf(posted.script_name),
    taskType: posted.task_type,
    clientId: context.req.header('idempotency-key')?.slice(0, 200) ?? null,
    status,
    message,
    error: told ?? (status === 'error' ? message : null),
    stats,
    recordErrors,
    triggeredBy: { kind: sender.kind === 'user' || sender.kind === 'open' ? 'manual' : 'api', user: sender.name },
    startedAt: startOf(posted, finishedAt) ?? (started_at ? Date.parse(started_at) : null),
    finishedAt,
  });
  return syncLogView(run, posted.task_type);
}

/** What it says it took counts before what it says when it began. */
function startOf(
  { execution_time_seconds: seconds }: z.output<typeof syncLogPost>,
  finishedAt: number | null,
): number | null {
  return seconds === undefined || seconds === null || finishedAt === null
    ? null
    : finishedAt - Math.round(seconds * 1_000);
}

/** `Sync_Nightly.py` → `sync_nightly-py`: names of scripts as ids of jobs. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return slug === '' ? 'script' : slug;
}
