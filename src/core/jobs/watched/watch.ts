import type { Clock } from '../../shared/index.ts';
import type { DeclaredJobs } from '../engine/declared-jobs.ts';
import { openRuns } from '../engine/open-runs.ts';
import type { JobStores } from '../engine/stores.ts';
import { jobLate } from '../engine/told.ts';
import { isHeld } from '../engine/versions.ts';
import type { StoredJob } from '../job.ts';
import type { Run, RunEnd } from '../run.ts';
import { newestTicks, nextTick } from '../schedule/index.ts';
import { lastHeardOf } from './heard.ts';
import { EARLY_MS, hasOwnTicks } from './missed-ticks.ts';

export interface WatchOptions {
  stores: Pick<JobStores, 'reader' | 'notices' | 'queue'>;
  jobs: DeclaredJobs;
  clock: Clock;
  /** The sentence for people: it took longer than its maximum. */
  timedOutText(timeoutMs: number): string;
  onRuns(runs: readonly Run[]): void;
}

interface Expected {
  stored: StoredJob;
  graceMs: number;
  tick: number;
}

/** What one look at the jobs found. */
interface Look {
  now: number;
  expected: Expected[];
  /** When to look again; infinite where nothing is to come. */
  next: number;
}

/** Jobs that run elsewhere: late past their grace, `timed_out` past their maximum run time. */
export function createWatch({ stores, jobs, clock, timedOutText, onRuns }: WatchOptions): {
  turn(): Promise<number | null>;
} {
  /** A report that should have come while Guardian was away may have been lost: it gets its grace again from here. */
  const startedAt = clock.now();
  /** The newest tick of each job that is answered, or told as late. */
  const judged = new Map<string, number>();

  async function lateJobs(now: number): Promise<number | null> {
    const watched = [...jobs.all()].filter(({ job, pause }) => job.work.kind === 'watched' && !isHeld(pause, now));
    const computable = watched.filter(isComputable);
    const look: Look = { now, expected: [], next: Number.POSITIVE_INFINITY };
    for (const stored of computable) if (hasOwnTicks(stored.job)) lookAtTicks(stored, look);
    const fromLastRun = computable.filter(({ job }) => !hasOwnTicks(job) && job.trigger.kind === 'interval');
    if (look.expected.length + fromLastRun.length > 0) {
      const last = await stores.reader.lastOf([...look.expected.map(({ stored }) => stored), ...fromLastRun].map(idOf));
      for (const stored of fromLastRun) lookAfterLast(stored, instantOf(last.get(stored.job.id)), look);
      for (const one of look.expected) {
        const heardAt = instantOf(last.get(one.stored.job.id));
        look.next = Math.min(look.next, await judge(one, heardAt, now));
      }
    }
    return Number.isFinite(look.next) ? look.next : null;
  }

  /** The newest tick whose grace is over. */
  function lookAtTicks(stored: StoredJob, look: Look): void {
    const { job, firstSeenAt } = stored;
    const graceMs = graceOf(stored);
    const until = look.now - graceMs;
    const { ticks } = newestTicks(job.trigger, sinceOf(stored), until, { firstSeenAt, limit: 1 });
    const coming = nextTick(job.trigger, until, { firstSeenAt });
    if (coming !== null) look.next = Math.min(look.next, coming + graceMs + 1);
    expect(stored, ticks[0], look);
  }

  function lookAfterLast(stored: StoredJob, heardAt: number | null, look: Look): void {
    const due = dueAfterLast(stored, heardAt);
    if (due === null) return;
    const deadline = due + graceOf(stored);
    if (deadline >= look.now) look.next = Math.min(look.next, deadline + 1);
    else expect(stored, due, look);
  }

  function expect(stored: StoredJob, tick: number | undefined, { expected }: Look): void {
    if (tick === undefined || judged.get(stored.job.id) === tick) return;
    expected.push({ stored, graceMs: graceOf(stored), tick });
  }

  /** Gives when to look again. */
  async function judge({ stored, graceMs, tick }: Expected, heardAt: number | null, now: number): Promise<number> {
    const { job } = stored;
    const wasAway = tick < startedAt;
    const deadline = tick + graceMs;
    if (heardAt !== null && heardAt >= tick - EARLY_MS && hasOwnTicks(job)) {
      judged.set(job.id, tick);
      return Number.POSITIVE_INFINITY;
    }
    if (wasAway && startedAt + graceMs >= now) return startedAt + graceMs + 1;
    const late = { what: 'report', deadline, tick, chainRunId: null, runId: null, status: null, wasAway } as const;
    await stores.notices.say('job-late', `${job.id}@${tick}`, now, jobLate(job, late));
    judged.set(job.id, tick);
    return Number.POSITIVE_INFINITY;
  }

  async function endOverlong(now: number): Promise<number | null> {
    if (![...jobs.all()].some(({ job }) => job.work.kind === 'watched')) return null;
    let next: number | null = null;
    const ends: RunEnd[] = [];
    for (const run of await openRuns(stores.reader, ['running'])) {
      if (run.node !== null) continue;
      const until = (run.startedAt ?? run.createdAt) + run.timeoutMs;
      if (until <= now) ends.push(overlong(run, now, timedOutText(run.timeoutMs)));
      else next = Math.min(next ?? until, until);
    }
    if (ends.length > 0) onRuns(await stores.queue.settle(ends, jobs.follow));
    return next;
  }

  return {
    async turn() {
      const now = clock.now();
      const ended = await endOverlong(now);
      const late = await lateJobs(now);
      return ended === null ? late : late === null ? ended : Math.min(ended, late);
    },
  };
}

/** A schedule that cannot be read is the planner's to tell; it holds up no other job. */
function isComputable({ job, firstSeenAt }: StoredJob): boolean {
  try {
    nextTick(job.trigger, firstSeenAt, { firstSeenAt });
    return true;
  } catch {
    return false;
  }
}

function idOf({ job }: StoredJob): string {
  return job.id;
}

function graceOf({ job }: StoredJob): number {
  return job.work.kind === 'watched' ? job.work.graceMs : 0;
}

/** A tick of a former schedule is not expected any more. */
function sinceOf({ firstSeenAt, versionSince }: StoredJob): number {
  return Math.max(firstSeenAt, versionSince);
}

/** An interval without an anchor counts from the last time that it was heard of; before the first time nothing is expected. */
function dueAfterLast({ job }: StoredJob, heardAt: number | null): number | null {
  return heardAt === null ? null : nextTick(job.trigger, heardAt, { firstSeenAt: heardAt });
}

function instantOf(runs: Parameters<typeof lastHeardOf>[0] | undefined): number | null {
  return runs ? lastHeardOf(runs) : null;
}

function overlong(run: Run, at: number, message: string): RunEnd {
  const startedAt = run.startedAt ?? run.createdAt;
  return {
    runId: run.id,
    node: null,
    at,
    attempt: {
      number: run.attempt,
      startedAt,
      finishedAt: at,
      status: 'timed_out',
      reason: 'timeout',
      error: null,
    },
    next: { kind: 'terminal', status: 'timed_out' },
    reason: 'timeout',
    message,
    error: null,
    stats: run.stats,
    recordErrors: run.recordErrors,
  };
}
