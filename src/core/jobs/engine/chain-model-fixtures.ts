import type { Job } from '../job.ts';
import type { Run, RunStatus } from '../run.ts';

/**
 * The reference that the engine is compared with: which rows a chain run must have, from nothing but the jobs and the order in which its
 * runs ended by themselves (carried out, cancelled, skipped by overlap). Written for being obviously right: after each end everything is
 * computed anew until nothing changes.
 */
export function expectedChain(
  jobs: readonly Job[],
  rootId: string,
  ends: readonly { jobId: string; status: RunStatus }[],
): Map<string, RunStatus | 'open'> {
  const rows = new Map<string, RunStatus | 'open'>([[rootId, 'open']]);
  const reachable = reachableFrom(rootId, jobs);
  for (const { jobId, status } of ends) {
    if (rows.get(jobId) !== 'open')
      throw new Error(`${jobId} ended ${status}, but it was ${rows.get(jobId) ?? 'never started'}`);
    rows.set(jobId, status);
    if (jobId === rootId && status === 'skipped') continue;
    while (decideNext(jobs, reachable, rows)) {
      // Each decision may make another one possible.
    }
  }
  return rows;
}

function reachableFrom(rootId: string, jobs: readonly Job[]): Set<string> {
  const reachable = new Set([rootId]);
  for (let size = 0; size !== reachable.size; ) {
    size = reachable.size;
    for (const job of jobs) if (edgesOf(job).some((edge) => reachable.has(edge.job))) reachable.add(job.id);
  }
  return reachable;
}

/** One pass over the jobs without a row; whether any of them got one. */
function decideNext(
  jobs: readonly Job[],
  reachable: ReadonlySet<string>,
  rows: Map<string, RunStatus | 'open'>,
): boolean {
  let isChanged = false;
  for (const job of jobs) {
    if (rows.has(job.id) || !reachable.has(job.id)) continue;
    const verdict = verdictOn(job, reachable, rows);
    if (verdict === null) continue;
    rows.set(job.id, verdict);
    isChanged = true;
  }
  return isChanged;
}

function verdictOn(
  job: Job,
  reachable: ReadonlySet<string>,
  rows: ReadonlyMap<string, RunStatus | 'open'>,
): RunStatus | 'open' | null {
  if (job.trigger.kind !== 'after') return null;
  const edges = edgesOf(job).filter((edge) => reachable.has(edge.job));
  const states = edges.map((edge) => rows.get(edge.job) ?? 'open');
  const isDone = states.every((state) => state !== 'open');
  const hasFailed = states.some((state) => ['error', 'timed_out', 'cancelled', 'upstream_failed'].includes(state));
  const isBad = (state: RunStatus | 'open', index: number) =>
    state === 'skipped' || (state === 'warning' && edges[index]!.isStrict);
  if (job.trigger.rule === 'all_done') return isDone ? 'open' : null;
  if (job.trigger.rule === 'one_failed') return hasFailed ? 'open' : isDone ? 'skipped' : null;
  if (hasFailed) return 'upstream_failed';
  if (job.trigger.rule === 'all_success' && states.some(isBad)) return 'skipped';
  return isDone ? 'open' : null;
}

function edgesOf(job: Job): { job: string; isStrict: boolean }[] {
  return job.trigger.kind === 'after' ? job.trigger.edges : [];
}

/** How a run must end from what its attempts came to. */
export function expectedEnd(run: Run, retries: number): RunStatus | 'open' {
  const last = run.attempts.at(-1);
  if (run.reason === 'superseded' || run.cancelRequest)
    return run.status === 'cancelled' ? 'cancelled' : (last?.status ?? 'open');
  if (!last) return 'open';
  const isTriedAgain = (last.status === 'error' || last.status === 'timed_out') && run.attempts.length <= retries;
  return isTriedAgain ? 'open' : last.status;
}
