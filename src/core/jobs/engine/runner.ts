import type { Clock, GuardianError } from '../../shared/index.ts';
import type { JobWork } from '../job.ts';
import type { Executor } from '../ports.ts';
import type { OutputChunk, Run, RunEnd } from '../run.ts';
import { carryOut, type RunningAttempt } from './attempt.ts';
import type { DeclaredJobs } from './declared-jobs.ts';
import { type Loop, startLoop } from './loop.ts';
import { type AttemptEnd, endOfAttempt } from './retry.ts';
import type { JobStores } from './stores.ts';
import type { Timer } from './timer.ts';

/** Who carries out which work. Watched jobs run elsewhere. */
export type Executors = Readonly<Partial<Record<Exclude<JobWork['kind'], 'watched'>, Executor>>>;

export interface RunnerOptions {
  stores: Pick<JobStores, 'queue' | 'outputs'>;
  jobs: DeclaredJobs;
  executors: Executors;
  clock: Clock;
  timer: Timer;
  node: string;
  random(): number;
  redact(text: string): string;
  /** Runs at once on this node. */
  slots: number;
  /** Rows of other nodes are looked for this often. */
  claimEveryMs: number;
  renewEveryMs: number;
  /** What does not end so long after it was told to is given up, and its slot is free again. */
  giveUpMs: number;
  /** Runs that began, ended, or go on to another attempt. */
  onRuns(runs: readonly Run[]): void;
  onOutput(runId: string, chunks: readonly OutputChunk[]): void;
  onFailure(part: string, error: GuardianError): void;
}

export interface Runner {
  /** Something may be due. */
  wake(): void;
  /** Somebody asked for the end of a run that may be here. */
  abort(run: Run): void;
  /** Lets those that run end for `drainMs`, then ends them; resolves when all are settled. */
  stop(drainMs: number): Promise<void>;
  loops(): readonly Loop[];
  /** Whether it is carried out here, as far as this node knows. */
  holds(runId: string): boolean;
}

/** Ends that wait for the store: with more of them nothing is claimed until it answers again. */
const MOST_UNSETTLED = 5_000;
const SETTLE_AT_ONCE = 500;

/**
 * Claims what is due for its free slots, carries it out, and settles what ended. Claiming and settling go on beside each other: while one batch is
 * written the next one gathers, so that a disk that syncs slowly makes batches larger, not runs fewer.
 */
export function startRunner(options: RunnerOptions): Runner {
  const { stores, jobs, clock, timer, node, slots, onRuns, onFailure } = options;
  /** By run and attempt: one that was taken for dead may be here once more. */
  const running = new Map<string, { run: Run; attempt: RunningAttempt }>();
  /** Held until they are settled: they are renewed as well. */
  const ended = new Map<string, RunEnd>();
  let retryAt = Number.POSITIVE_INFINITY;
  let isDraining = false;
  let notifyIdle = () => {};

  async function claim(): Promise<number | null> {
    for (;;) {
      const free = slots - running.size;
      if (isDraining || free <= 0 || ended.size >= MOST_UNSETTLED) return null;
      const claimed = await claimAtMost(free);
      if (claimed < free) return Number.isFinite(retryAt) ? retryAt : null;
    }
  }

  /** Gives how many began. */
  async function claimAtMost(limit: number): Promise<number> {
    const at = clock.now();
    if (at >= retryAt) retryAt = Number.POSITIVE_INFINITY;
    const { runs, expired } = await stores.queue.claim({ node, at, limit });
    for (const run of expired) ended.set(keyOf(run), expiredEnd(run, at));
    for (const run of runs) begin(run, at);
    if (runs.length > 0) onRuns(runs);
    if (ended.size > 0) settling.wake();
    return runs.length;
  }

  function begin(run: Run, at: number): void {
    const attempt = carryOut(run, { ...options, execute: executorOf(run) });
    running.set(keyOf(run), { run, attempt });
    void attempt.end.then((end) => {
      running.delete(keyOf(run));
      if (end !== null) ended.set(keyOf(run), endOf(run, attempt, end, at));
      settling.wake();
      // Whoever only waits for a slot need not wait for the disk.
      if (running.size === slots - 1) claiming.wake();
    });
  }

  function executorOf(run: Run): (context: Parameters<Executor['execute']>[2]) => Promise<AttemptEnd> {
    return async (context) => {
      if (!jobs.get(run.jobId)) await jobs.refresh();
      const job = jobs.get(run.jobId)?.job;
      if (!job) return failed(`There is no job "${run.jobId}" any more.`);
      const executor = job.work.kind === 'watched' ? undefined : options.executors[job.work.kind];
      if (!executor) return failed(`Nothing here carries out ${job.work.kind} jobs.`);
      return await executor.execute(run, job, context);
    };
  }

  function endOf(run: Run, attempt: RunningAttempt, end: AttemptEnd, attemptStartedAt: number): RunEnd {
    const retries = jobs.get(run.jobId)?.job.retries ?? null;
    const isCancelled = attempt.isCancelled();
    const at = clock.now();
    const { random } = options;
    return endOfAttempt({ run, node, at, attemptStartedAt, end, retries: isCancelled ? null : retries, random });
  }

  async function settle(): Promise<number | null> {
    while (ended.size > 0) {
      const batch = [...ended].slice(0, SETTLE_AT_ONCE);
      const ends = batch.map(([, end]) => end);
      const settled = await stores.queue.settle(ends, jobs.follow);
      for (const [key, end] of batch) {
        ended.delete(key);
        if (end.next.kind === 'retry') retryAt = Math.min(retryAt, end.next.dueAt);
      }
      if (settled.length > 0) onRuns(settled);
      claiming.wake();
    }
    if (running.size === 0) notifyIdle();
    return null;
  }

  async function renew(): Promise<number | null> {
    const held = new Set([...running.values()].map(({ run }) => run.id));
    for (const end of ended.values()) if (end.node !== null) held.add(end.runId);
    if (held.size === 0) return null;
    const { cancelled, lost } = await stores.queue.renew(node, [...held], clock.now());
    for (const run of cancelled) abort(run);
    for (const id of lost) for (const attempt of attemptsOf(id)) attempt.abort('lost');
    return null;
  }

  function abort(run: Run): void {
    const { cancelRequest } = run;
    if (!cancelRequest) return;
    const isSuperseded = cancelRequest.by === 'guardian' && cancelRequest.reason === 'superseded';
    for (const attempt of attemptsOf(run.id)) {
      attempt.abort(isSuperseded ? 'superseded' : 'requested', isSuperseded ? null : cancelRequest.reason);
    }
  }

  function attemptsOf(runId: string): RunningAttempt[] {
    return [...running.values()].filter(({ run }) => run.id === runId).map(({ attempt }) => attempt);
  }

  const common = { clock, timer, onFailure };
  const settling = startLoop({ ...common, name: 'settle', everyMs: 30_000, turn: settle });
  const claiming = startLoop({ ...common, name: 'claim', everyMs: options.claimEveryMs, turn: claim });
  const renewing = startLoop({ ...common, name: 'renew', everyMs: options.renewEveryMs, turn: renew });

  return {
    wake: claiming.wake,
    abort,
    loops: () => [claiming, settling, renewing],
    holds: (runId) =>
      attemptsOf(runId).length > 0 || [...ended.values()].some((end) => end.runId === runId && end.node !== null),
    async stop(drainMs) {
      isDraining = true;
      await claiming.stop();
      const idle = new Promise<void>((resolve) => {
        notifyIdle = resolve;
      });
      if (running.size > 0 || ended.size > 0) {
        const cancelDrain = timer.after(drainMs, () => {
          for (const { attempt } of running.values()) attempt.abort('shutdown');
        });
        // A store that takes nothing any more holds up no stop: what is not settled is reaped.
        const cancelLast = timer.after(drainMs + 2 * options.giveUpMs, () => notifyIdle());
        settling.wake();
        await idle;
        cancelDrain();
        cancelLast();
      }
      await Promise.all([settling.stop(), renewing.stop()]);
    },
  };
}

function keyOf(run: Run): string {
  return `${run.id} ${run.attempt}`;
}

function failed(error: string): AttemptEnd {
  return { status: 'error', reason: 'exception', message: null, error, stats: null, recordErrors: null };
}

/** Its condition did not come to hold in time. */
function expiredEnd(run: Run, at: number): RunEnd {
  return {
    runId: run.id,
    node: null,
    at,
    attempt: null,
    next: { kind: 'terminal', status: 'skipped' },
    reason: 'condition_not_met',
    message: null,
    error: null,
    stats: null,
    recordErrors: null,
  };
}
