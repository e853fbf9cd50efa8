import type { z } from 'zod';
import type { SyncLog, syncLogPost } from '../../contracts/api/job-logs.ts';
import { readFacts } from '../../core/jobs/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { findJob } from './job-list.ts';
import { syncLogView } from './log-view.ts';

const LONGEST_KEY = 200;

/** A posted log as a run. Without an idempotency key each post is a run of its own. */
export async function postSyncLog(context: AppContext, posted: z.output<typeof syncLogPost>): Promise<SyncLog> {
  const { services, sender } = context.var;
  const { status, message = null } = posted;
  const { stats, recordErrors } = factsOf(context, posted);
  const told = posted.error_details ?? posted.error_message ?? null;
  const { run } = await services.jobs.post({
    projectId: sender.project.id,
    name: slugOf(posted.script_name),
    taskType: posted.task_type,
    clientId: idempotencyKeyOf(context),
    status,
    message,
    error: told ?? (status === 'error' ? message : null),
    stats,
    recordErrors,
    triggeredBy: { kind: sender.kind === 'user' || sender.kind === 'open' ? 'manual' : 'api', user: sender.name },
    ...timesOf(posted, services.clock.now()),
  });
  // The job's own: what the first post said, or the configuration.
  const { job } = await findJob(context, run.jobId);
  return syncLogView(run, job);
}

function idempotencyKeyOf({ req, var: { messages } }: AppContext): string | null {
  const key = req.header('idempotency-key')?.trim() ?? '';
  if (key.length > LONGEST_KEY)
    throw new GuardianError('payload_invalid', {
      key: 'Idempotency-Key',
      reason: messages.server.validation.tooBig(String(LONGEST_KEY)),
    });
  return key === '' ? null : key;
}

/** Throws `payload_invalid` for numbers that would be lost: no object, or more than is kept of a run. */
function factsOf(
  { var: { messages } }: AppContext,
  { stats, tables_updated }: Pick<z.output<typeof syncLogPost>, 'stats' | 'tables_updated'>,
) {
  const [key, given] = stats === undefined || stats === null ? ['tables_updated', tables_updated] : ['stats', stats];
  // The scripts this name comes from sent a list of tables, or a count, as well.
  const facts = readFacts(isObject(given) || given === undefined || given === null ? given : { tables: given });
  if (facts.problem)
    throw new GuardianError('payload_invalid', {
      key: key as string,
      reason:
        facts.problem.kind === 'too_large'
          ? messages.server.bodies.statsTooLarge(facts.problem.bytes ?? 0)
          : messages.server.validation.invalid,
    });
  return facts;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Times = { startedAt: number | null; finishedAt: number | null };

/** When it ran. Nothing lies ahead of the clock here, nor ends before it began; what it says it took counts before what it says when it began. */
function timesOf(posted: z.output<typeof syncLogPost>, now: number): Times {
  const { status, started_at, completed_at, execution_time_seconds: seconds } = posted;
  const begun = started_at === undefined ? null : Math.min(Date.parse(started_at), now);
  if (status === 'running') return { startedAt: begun, finishedAt: null };
  const finishedAt = completed_at ? Math.min(Date.parse(completed_at), now) : now;
  if (seconds !== undefined && seconds !== null)
    return { startedAt: finishedAt - Math.round(seconds * 1_000), finishedAt };
  return { startedAt: begun === null ? null : Math.min(begun, finishedAt), finishedAt };
}

/** `Sync_Nightly.py` → `sync_nightly-py`: names of scripts as ids of jobs. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'script' : slug;
}
