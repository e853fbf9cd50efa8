import { runs as texts } from '../../shared/i18n/en/runs.ts';
import type { GuardianError } from '../../shared/index.ts';
import type { AfterEdge, AfterRule, Job } from '../job.ts';
import { plainJob } from '../job-fixtures.ts';
import type { ExecutionContext, ExecutionOutcome } from '../ports.ts';
import type { Run } from '../run.ts';
import { createJobEngine, type JobEngine } from './engine.ts';
import type { EngineKnobs, JobEngineOptions } from './engine-options.ts';
import { createMemoryStore, type MemoryStore } from './memory-store-fixtures.ts';
import type { JobStores } from './stores.ts';
import { createTimeline, type Timeline } from './timeline-fixtures.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** For days that pass: what is only for other nodes and set clocks is looked at less often. */
export const COARSE: Partial<EngineKnobs> = {
  planEveryMs: HOUR,
  claimEveryMs: HOUR,
  refreshMs: HOUR,
  reapEveryMs: HOUR,
  renewEveryMs: HOUR,
  watchdogEveryMs: HOUR,
};

/** A job that runs by hand only, and does nothing special; what it retries comes when it should, to the millisecond. */
export function aJob(id: string, over: Partial<Job> = {}): Job {
  const { retries } = plainJob(id);
  return plainJob(id, { retries: { ...retries, jitter: 0 }, ...over });
}

export function cron(pattern: string, timeZone = 'America/Montreal'): Job['trigger'] {
  return { kind: 'cron', pattern, timeZone, gap: 'run-after', overlap: 'once' };
}

export function afterJobs(edges: readonly (string | AfterEdge)[], rule: AfterRule = 'all_success'): Job['trigger'] {
  return {
    kind: 'after',
    rule,
    edges: edges.map((edge) => (typeof edge === 'string' ? { job: edge, isStrict: false } : edge)),
  };
}

export function outcome(status: ExecutionOutcome['status'], over: Partial<ExecutionOutcome> = {}): ExecutionOutcome {
  const reason = status === 'error' ? 'exception' : null;
  return { status, reason, message: null, error: null, stats: null, recordErrors: null, ...over };
}

export type Script = (run: Run, job: Job, context: ExecutionContext) => Promise<ExecutionOutcome>;

/** Takes its time, and stops when it is told to. */
export function taking(timeline: Timeline, ms: number, told: ExecutionOutcome = outcome('success')): Script {
  return (_run, _job, { signal }) =>
    new Promise((resolve) => {
      const cancel = timeline.timer.after(ms, () => resolve(told));
      signal.addEventListener('abort', () => {
        cancel();
        resolve(outcome('cancelled'));
      });
    });
}

export interface Harness {
  timeline: Timeline;
  store: MemoryStore;
  engine: JobEngine;
  failures: { part: string; error: GuardianError }[];
  output: { runId: string; text: string }[];
  runsOf(jobId: string): Run[];
  statuses(jobId: string): Run['status'][];
  /** Payloads of the outbox, by kind. */
  told(kind: string): Record<string, unknown>[];
}

export interface HarnessOptions {
  jobs: readonly Job[];
  /** By job; others succeed at once. */
  scripts?: Record<string, Script>;
  start?: string;
  knobs?: Partial<EngineKnobs>;
  /** To go on with what an earlier process left. */
  store?: MemoryStore;
  stores?: JobStores;
  timeline?: Timeline;
  node?: string;
  over?: Partial<JobEngineOptions>;
}

/** An engine over the store in memory, not started yet; the jobs are declared. */
export async function createHarness(options: HarnessOptions): Promise<Harness> {
  const timeline = options.timeline ?? createTimeline(Date.parse(options.start ?? '2026-03-02T12:00:00Z'));
  const store = options.store ?? createMemoryStore();
  const failures: Harness['failures'] = [];
  const output: Harness['output'] = [];
  const scripts = options.scripts ?? {};
  const script: Script = (run, job, context) =>
    (scripts[job.id] ?? (async () => outcome('success')))(run, job, context);
  const executor = { execute: script };
  const engine = createJobEngine({
    stores: options.stores ?? store,
    executors: { internal: executor, function: executor, shell: executor, http: executor },
    clock: timeline.clock,
    timer: timeline.timer,
    node: options.node ?? 'node-1',
    isOnlyNode: true,
    texts,
    redact: (text) => text,
    random: () => 0.5,
    onFailure: (part, error) => failures.push({ part, error }),
    onOutput: (runId, chunks) => output.push(...chunks.map(({ text }) => ({ runId, text }))),
    ...(options.knobs ? { knobs: options.knobs } : {}),
    ...options.over,
  });
  if (options.jobs.length > 0) await store.registry.declare('configuration', options.jobs, timeline.clock.now());
  const runsOf = (jobId: string) => [...store.runs.values()].filter((run) => run.jobId === jobId);
  return {
    timeline,
    store,
    engine,
    failures,
    output,
    runsOf,
    statuses: (jobId) => runsOf(jobId).map((run) => run.status),
    told: (kind) => store.outbox.filter((entry) => entry.kind === kind).map((entry) => entry.payload ?? {}),
  };
}

export async function startHarness(options: HarnessOptions): Promise<Harness> {
  const harness = await createHarness(options);
  await harness.engine.start();
  await harness.timeline.settle();
  return harness;
}
