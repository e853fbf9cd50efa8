import { randomUUID } from 'node:crypto';
import { GuardianError } from '../../shared/index.ts';
import type { Pause, StoredJob } from '../job.ts';
import { isTerminal, type Run } from '../run.ts';
import type { WatchedSignal } from '../stats/index.ts';
import { judgeAbort } from '../stats/index.ts';
import type { SyncLogEntry } from '../watched/decide.ts';
import { createWatchedRecorder, type Recorded } from '../watched/record.ts';
import { redactTexts } from '../watched/redact-texts.ts';
import { createWatch } from '../watched/watch.ts';
import { createDeadlines } from './deadlines.ts';
import { createDeclaredJobs } from './declared-jobs.ts';
import { DEFAULT_ENGINE_KNOBS, type JobEngineOptions } from './engine-options.ts';
import { type Loop, type LoopState, startLoop } from './loop.ts';
import { newRun } from './new-run.ts';
import { decideOverlap } from './overlap.ts';
import { createPlanner } from './planner.ts';
import { previewResume, type ResumePreview } from './preview.ts';
import { createReaper, reap } from './reaper.ts';
import { type Runner, startRunner } from './runner.ts';
import { createWatchdog, type JobWatch, type Watchdog } from './watchdog.ts';

export interface JobEngine {
  /**
   * Closes what an earlier process left open (where it is the only node), then turns ticks into rows and rows into runs. Gives what the jobs of
   * the team will catch up with, as it is known before the first of them begins.
   */
  start(): Promise<ResumePreview>;
  /** Begins nothing more, lets what runs end (or ends it), and resolves when all of it is settled. */
  stop(): Promise<void>;
  /** A run that somebody asked for. Throws `not_found`, and `conflict` for a job that runs elsewhere. */
  run(jobId: string, asked: RunAsked): Promise<{ kind: 'made'; run: Run } | { kind: 'refused'; inWay: string }>;
  /** Null: there is no such run, or it has ended. */
  cancel(runId: string, asked: { user: string; reason: string | null }): Promise<Run | null>;
  /** Null: all jobs that are not Guardian's own. Gives those that were changed; throws `not_found` for one that is not declared. */
  pause(jobId: string | null, pause: Pick<Pause, 'until' | 'reason' | 'by'>): Promise<string[]>;
  resume(jobId: string | null): Promise<string[]>;
  /** What a resume now would start, and leave out. */
  previewResume(jobId: string | null): Promise<ResumePreview>;
  /** What a client tells of a run of its own. */
  record(signal: WatchedSignal): Promise<Recorded>;
  /** A log of a run elsewhere; durable when it resolves. Throws `rate_limited` when no more jobs are made for clients. */
  post(entry: SyncLogEntry): Promise<{ run: Run; isNew: boolean }>;
  /** Jobs were declared or changed by others in this process. */
  changed(): Promise<void>;
  /** How each job with ticks stands to them, as this node's watchdog last saw it; null before its first turn. */
  watch(): readonly JobWatch[] | null;
  /** Each part that has to turn; `isStopped` of any makes the scheduler unhealthy. */
  parts(): LoopState[];
}

export interface RunAsked {
  kind: 'manual' | 'api';
  user: string;
  /** The same again gives the same run. */
  key?: string | null;
}

/** The engine is a handful of loops over the rows; what they decide is in the pure functions beside it. */
export function createJobEngine(options: JobEngineOptions): JobEngine {
  const { stores, clock, timer, isOnlyNode, texts, redact, onFailure } = options;
  const { newId = randomUUID, random = Math.random, onTold = () => {}, onOutput = () => {} } = options;
  const knobs = { ...DEFAULT_ENGINE_KNOBS, ...options.knobs };
  const jobs = createDeclaredJobs(stores.registry, newId);
  let loops: { planning: Loop; reaping: Loop; watching: Loop; deadlines: Loop; watchdog: Loop } | null = null;
  let runner: Runner | null = null;
  let watchdog: Watchdog | null = null;

  const planner = createPlanner({
    stores,
    jobs,
    clock,
    newId,
    refreshMs: knobs.refreshMs,
    onPlanned: (runs) => onRuns(runs),
    onFailure,
  });
  const lateness = createDeadlines({ stores, jobs, clock, everyMs: knobs.watchdogEveryMs });
  const reaping = { stores, jobs, clock, random, lostText: texts.lost, onRuns };
  const recorder = createWatchedRecorder({
    stores,
    jobs,
    clock,
    texts,
    newId,
    redactor: { text: redact, value: options.redactValue ?? ((value) => redactTexts(value, redact)) },
    mostClientJobs: knobs.mostClientJobs,
    onRuns,
    onOutput,
    onJobs: replan,
  });

  function onRuns(runs: readonly Run[]): void {
    options.onRuns?.(runs);
    let isOver = false;
    for (const run of runs) isOver ||= isTerminal(run.status);
    if (isOver) onTold();
    if (isOver || runs.some((run) => run.status === 'queued')) runner?.wake();
    if (lateness.look(runs)) loops?.deadlines.wake();
  }

  function replan(): void {
    planner.changed();
    loops?.planning.wake();
    loops?.watching.wake();
  }

  async function find(jobId: string): Promise<StoredJob> {
    if (!jobs.get(jobId)) await jobs.refresh();
    const stored = jobs.get(jobId);
    if (!stored) throw new GuardianError('not_found', { path: jobId });
    return stored;
  }

  async function chosen(jobId: string | null): Promise<string[]> {
    if (jobId !== null) return [(await find(jobId)).job.id];
    await jobs.refresh();
    return teamJobs().map(({ job }) => job.id);
  }

  function teamJobs(): StoredJob[] {
    return [...jobs.all()].filter(({ job }) => job.origin !== 'guardian');
  }

  async function setPause(jobId: string | null, pause: Pause | null): Promise<string[]> {
    const changed = await stores.registry.setPause(await chosen(jobId), pause);
    replan();
    return changed;
  }

  const loop = (name: string, everyMs: number, turn: () => Promise<number | null>) =>
    startLoop({ name, clock, timer, everyMs, turn, onFailure });

  return {
    async start() {
      await jobs.refresh();
      if (isOnlyNode) {
        const all = { ...reaping, isHeldHere: () => false };
        while ((await reap(clock.now() + 1, all)) > 0);
      }
      const caughtUp = await previewResume(
        teamJobs().filter(({ pause }) => !pause),
        clock.now(),
        stores,
      );
      runner = startRunner({ ...options, ...knobs, stores, jobs, random, slots: knobs.runsAtOnce, onRuns, onOutput });
      const isHeldHere = (runId: string) => runner?.holds(runId) ?? false;
      const watch = createWatch({
        stores,
        jobs,
        clock,
        timedOutText: (timeoutMs) => judgeAbort('timeout', { timeoutMs, texts }).message ?? '',
        onRuns,
      });
      const dog = createWatchdog({ stores, clock, missingAfterMs: knobs.missingAfterMs, onFailure });
      watchdog = dog;
      const tell = async (turn: () => Promise<number | null>) => {
        const next = await turn();
        onTold();
        return next;
      };
      loops = {
        planning: loop('planner', knobs.planEveryMs, planner.turn),
        reaping: loop('reaper', knobs.reapEveryMs, createReaper({ ...reaping, ...knobs, isHeldHere }).turn),
        watching: loop('watched', knobs.watchdogEveryMs, () => tell(watch.turn)),
        deadlines: loop('deadlines', knobs.watchdogEveryMs, () => tell(lateness.turn)),
        watchdog: loop('watchdog', knobs.watchdogEveryMs, dog.turn),
      };
      return caughtUp;
    },
    async stop() {
      const { planning, ...others } = loops ?? {};
      await planning?.stop();
      await runner?.stop(knobs.drainMs);
      await Promise.all(Object.values(others).map((one) => one.stop()));
    },
    async run(jobId, asked) {
      const stored = await find(jobId);
      if (stored.job.work.kind === 'watched') throw new GuardianError('conflict', { path: jobId });
      const at = clock.now();
      const run = newRun({
        id: newId(),
        stored,
        trigger: asked.kind,
        triggeredBy: { kind: asked.kind, user: asked.user },
        tick: null,
        base: at,
        at,
        chainRunId: null,
        causeRunId: null,
        clientId: asked.key ?? null,
      });
      const admission = { run, decide: decideOverlap(stored.job.overlap, true) };
      const answer = await stores.planner.admit(admission, jobs.follow);
      if (answer.kind === 'made') onRuns([answer.run]);
      return answer;
    },
    async cancel(runId, { user, reason }) {
      const run = await stores.queue.requestCancel(runId, { at: clock.now(), by: user, reason }, jobs.follow);
      if (!run) return null;
      runner?.abort(run);
      onRuns([run]);
      return run;
    },
    pause: (jobId, pause) => setPause(jobId, { at: clock.now(), ...pause }),
    resume: (jobId) => setPause(jobId, null),
    async previewResume(jobId) {
      const ids = new Set(await chosen(jobId));
      const asked = [...jobs.all()].filter(({ job }) => ids.has(job.id));
      return previewResume(asked, clock.now(), stores);
    },
    record: (signal) => recorder.signal(signal),
    async post(entry) {
      const recorded = await recorder.post(entry);
      if (recorded.kind !== 'recorded' || !recorded.run) {
        throw new GuardianError('rate_limited', {
          reason: (m) => m.declarations.jobs.mostClientJobs(knobs.mostClientJobs),
        });
      }
      return { run: recorded.run, isNew: recorded.isNew };
    },
    async changed() {
      await jobs.refresh();
      replan();
    },
    watch: () => watchdog?.watch() ?? null,
    parts: () => [...Object.values(loops ?? {}), ...(runner?.loops() ?? [])].map((one) => one.state()),
  };
}
