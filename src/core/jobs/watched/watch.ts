import type { Clock } from '../../shared/index.ts';
import type { DeclaredJobs } from '../engine/declared-jobs.ts';
import { openRuns } from '../engine/open-runs.ts';
import type { JobStores } from '../engine/stores.ts';
import { jobLate } from '../engine/told.ts';
import { isHeld } from '../engine/versions.ts';
import type { StoredJob } from '../job.ts';
import type { Run, RunEnd } from '../run.ts';
import { nextTick } from '../schedule/index.ts';
import { type Expected, expectedOf } from './expected.ts';
import { lastHeardOf } from './heard.ts';
import { hasOwnTicks } from './missed-ticks.ts';

export interface WatchOptions {
  stores: Pick<JobStores, 'reader' | 'notices' | 'queue'>;
  jobs: DeclaredJobs;
  clock: Clock;
  /** The sentence for people: it took longer than its maximum. */
  timedOutText(timeoutMs: number): string;
  onRuns(runs: readonly Run[]): void;
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
    let next: number | null = null;
    const asked: StoredJob[] = [];
    for (const stored of jobs.all()) {
      if (stored.job.work.kind !== 'watched' || isHeld(stored.pause, now) || !isComputable(stored)) continue;
      const { due, changesAt } = expectedOf(stored, null, now);
      next = earlier(next, changesAt);
      if (isOpen(stored, due)) asked.push(stored);
    }
    if (asked.length === 0) return next;
    const last = await stores.reader.lastOf(asked.map(({ job }) => job.id));
    for (const stored of asked) {
      const expected = expectedOf(stored, lastHeardOf(last.get(stored.job.id)), now);
      next = earlier(earlier(next, expected.changesAt), await judge(stored, expected, now));
    }
    return next;
  }

  /** Whether its last run has to be known; always, where it counts from that. `due`: were nothing heard of it. */
  function isOpen({ job }: StoredJob, due: number | null): boolean {
    return due === null ? !hasOwnTicks(job) : judged.get(job.id) !== due;
  }

  /** Gives when to look again at the tick that is due; null: it is judged. */
  async function judge(stored: StoredJob, { due, isUnheard }: Expected, now: number): Promise<number | null> {
    const { job } = stored;
    if (due === null || judged.get(job.id) === due) return null;
    if (isUnheard) {
      const graceMs = job.work.kind === 'watched' ? job.work.graceMs : 0;
      const wasAway = due < startedAt;
      if (wasAway && startedAt + graceMs >= now) return startedAt + graceMs + 1;
      const about = { tick: due, deadline: due + graceMs, wasAway };
      const late = { ...about, what: 'report', chainRunId: null, runId: null, status: null } as const;
      await stores.notices.say('job-late', `${job.id}@${due}`, now, jobLate(job, late));
    }
    judged.set(job.id, due);
    return null;
  }

  async function endOverlong(now: number): Promise<number | null> {
    if (![...jobs.all()].some(({ job }) => job.work.kind === 'watched')) return null;
    let next: number | null = null;
    const ends: RunEnd[] = [];
    for (const run of await openRuns(stores.reader, ['running'])) {
      if (run.node !== null) continue;
      const until = (run.startedAt ?? run.createdAt) + run.timeoutMs;
      if (until <= now) ends.push(overlong(run, now, timedOutText(run.timeoutMs)));
      else next = earlier(next, until);
    }
    if (ends.length > 0) onRuns(await stores.queue.settle(ends, jobs.follow));
    return next;
  }

  return {
    async turn() {
      const now = clock.now();
      return earlier(await endOverlong(now), await lateJobs(now));
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

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
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
