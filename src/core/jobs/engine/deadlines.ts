import type { Clock } from '../../shared/index.ts';
import type { Deadline, Job } from '../job.ts';
import { isTerminal, type Run } from '../run.ts';
import { deadlineInstant } from '../schedule/index.ts';
import type { DeclaredJobs } from './declared-jobs.ts';
import { openRuns } from './open-runs.ts';
import type { JobStores } from './stores.ts';
import { type JobLate, jobLate } from './told.ts';

export interface DeadlinesOptions {
  stores: Pick<JobStores, 'reader' | 'notices'>;
  jobs: DeclaredJobs;
  clock: Clock;
  /** Longest span between two turns. */
  everyMs: number;
}

export interface Deadlines {
  /** Looks at every open run and at the steps of open chains that are not rows yet; gives the next deadline. */
  turn(): Promise<number | null>;
  /** Runs that began or ended: past their deadline they are late, whether a turn came between or not. True: the next turn should be now. */
  look(runs: readonly Run[]): boolean;
}

type Late = Pick<JobLate, 'what' | 'deadline'>;

/** Past `mustStartBy` or `mustFinishBy` a job is late, once for each tick: as a run, or as a step of a chain that has not even begun. */
export function createDeadlines({ stores, jobs, clock, everyMs }: DeadlinesOptions): Deadlines {
  let changed: Run[] = [];
  let nextTurnAt = Number.POSITIVE_INFINITY;

  async function sayLate(job: Job, run: Run | null, first: Run, late: Late): Promise<void> {
    const entry = jobLate(job, {
      ...late,
      tick: first.tick,
      chainRunId: first.id,
      runId: run?.id ?? null,
      status: run?.status ?? null,
      wasAway: false,
    });
    await stores.notices.say('job-late', `${first.id}/${job.id}`, clock.now(), entry);
  }

  async function lookAtRun(run: Run, firstOf: (run: Run) => Promise<Run>): Promise<number | null> {
    const job = jobs.get(run.jobId)?.job;
    if (!job || run.status === 'skipped' || run.status === 'upstream_failed') return null;
    const { late, next } = latenessOf(run, clock.now());
    if (late) await sayLate(job, run, await firstOf(run), late);
    return next;
  }

  /** Steps that wait for others are no rows yet, and can be late all the same. */
  async function lookAtSteps(first: Run): Promise<number | null> {
    const steps = [...jobs.graph().reachableFrom(first.jobId)]
      .flatMap((jobId) => jobs.get(jobId)?.job ?? [])
      .filter((job) => job.id !== first.jobId && hasDeadline(job));
    if (steps.length === 0) return null;
    const { items } = await stores.reader.list({ chainRunId: first.id }, { cursor: null, limit: 1_000 });
    const rows = new Set(items.map((run) => run.jobId));
    const now = clock.now();
    let next: number | null = null;
    for (const job of steps) {
      if (rows.has(job.id)) continue;
      const base = first.tick ?? first.createdAt;
      const startBy = instantOf(job.mustStartBy, base);
      const finishBy = instantOf(job.mustFinishBy, base);
      const standing = latenessOf({ startBy, finishBy, startedAt: null, finishedAt: null }, now);
      if (standing.late) await sayLate(job, null, first, standing.late);
      next = earlier(next, standing.next);
    }
    return next;
  }

  return {
    look(runs) {
      const now = clock.now();
      let isWanted = false;
      for (const run of runs) {
        if (run.startBy === null && run.finishBy === null) continue;
        const { late, next } = latenessOf(run, now);
        if (late) changed.push(run);
        // A run that is in time costs nothing, unless its deadline comes before the next turn.
        isWanted ||= late !== null || (!isTerminal(run.status) && next !== null && next < nextTurnAt);
      }
      return isWanted;
    },
    async turn() {
      nextTurnAt = clock.now() + everyMs;
      if (![...jobs.all()].some(({ job }) => hasDeadline(job))) {
        changed = [];
        return null;
      }
      const firsts = new Map<string, Run>();
      const firstOf = async (run: Run): Promise<Run> => {
        const known = run.id === run.chainRunId ? run : firsts.get(run.chainRunId);
        const first = known ?? (await stores.reader.get(run.chainRunId)) ?? run;
        firsts.set(run.chainRunId, first);
        return first;
      };
      const told = changed;
      changed = [];
      let next: number | null = null;
      try {
        for (const run of told) await lookAtRun(run, firstOf);
        for (const run of await openRuns(stores.reader)) {
          next = earlier(next, await lookAtRun(run, firstOf));
          await firstOf(run);
        }
        for (const first of firsts.values()) next = earlier(next, await lookAtSteps(first));
      } catch (thrown) {
        changed = [...told, ...changed];
        throw thrown;
      }
      nextTurnAt = Math.min(nextTurnAt, next ?? Number.POSITIVE_INFINITY);
      return next;
    },
  };
}

function hasDeadline(job: Job): boolean {
  return job.mustStartBy !== null || job.mustFinishBy !== null;
}

function instantOf(deadline: Deadline | null, base: number): number | null {
  return deadline && deadlineInstant(deadline, base);
}

/** At the instant itself it is still in time. */
function latenessOf(
  run: Pick<Run, 'startBy' | 'finishBy' | 'startedAt' | 'finishedAt'> & { status?: Run['status'] },
  now: number,
): { late: Late | null; next: number | null } {
  const { startBy, finishBy } = run;
  const startedAt = run.startedAt ?? (run.status && isTerminal(run.status) ? run.finishedAt : null) ?? now;
  const finishedAt = run.finishedAt ?? now;
  if (startBy !== null && startedAt > startBy) return { late: { what: 'start', deadline: startBy }, next: null };
  if (finishBy !== null && finishedAt > finishBy) return { late: { what: 'finish', deadline: finishBy }, next: null };
  const ahead = [run.startedAt === null ? startBy : null, finishBy].filter((at) => at !== null && at >= now);
  return { late: null, next: ahead.length === 0 ? null : Math.min(...ahead.map((at) => at! + 1)) };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
