import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { checkFunctions, createExecutors } from '../../adapters/executors/index.ts';
import type { Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import type { Change } from '../../contracts/api/overview.ts';
import { createRedactor } from '../../core/events/ports.ts';
import {
  checkChains,
  checkTrigger,
  createJobEngine,
  isTerminal,
  type Job,
  type JobEngine,
  staleOverrides,
  systemTimer,
  withOverrides,
} from '../../core/jobs/index.ts';
import { type Clock, type GuardianError, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { declaredJobs } from '../declare/jobs.ts';
import { type OwnWork, ownJob } from './own-jobs.ts';

export interface JobsOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  own: readonly OwnWork[];
  clock: Clock;
  version: string;
  onChange(change: Change): void;
  /** Something was written that people are told of. */
  onTold(): void;
  onFailure(what: string, error: GuardianError): void;
}

export interface RunningJobs {
  engine: JobEngine;
  /** The jobs of the configuration with what was changed by suggestions: a new version of those that are other than before. */
  declareAnew(): Promise<void>;
  start: JobEngine['start'];
  stop(): Promise<void>;
}

/** Declares the jobs of the configuration and Guardian's own, and makes the engine that carries them out. Throws what is wrong with a declaration. */
export async function openJobs(options: JobsOptions): Promise<RunningJobs> {
  const { configuration, folder, store, own, clock, version, onChange, onTold, onFailure } = options;
  const messages = messagesFor(configuration.language);
  const projects = new Map((await store.projects.list()).map(({ id, slug }) => [slug, id]));
  const declared = declaredJobs(configuration, { folder, projectId: (slug) => projects.get(slug) ?? null });
  checkDeclared(declared);
  await checkFunctions(declared, { texts: messages.runs });
  const now = clock.now();
  const declareAnew = async () => {
    const overrides = await store.coordination.overrides();
    // The configuration has the last word: what it changed itself is no longer overridden.
    await store.coordination.dropOverrides(staleOverrides(declared, overrides));
    const changed = declared.map((job) => withOverrides(job, overrides));
    await store.jobs.declare('configuration', changed, clock.now());
  };
  await declareAnew();
  await store.jobs.declare('guardian', own.map(ownJob), now);
  const redactor = createRedactor(configuration.redaction);
  const executors = createExecutors({
    texts: messages.runs,
    clock,
    folder,
    environment: settings.processEnvironment(),
    userAgent: `Guardian/${version}`,
    redactor,
    internal: Object.fromEntries(own.map(({ name, run }) => [name, run])),
    threads: configuration.jobEngine.threads,
    onProblem: (thrown) => onFailure('job', toGuardianError(thrown)),
  });
  const { runsAtOnce, heartbeat, lostAfter, watchdogEvery, missingAfter } = configuration.jobEngine;
  const { executor } = executors;
  const engine = createJobEngine({
    stores: {
      registry: store.jobs,
      planner: store.runs,
      queue: store.runs,
      watched: store.runs,
      reader: store.runs,
      outputs: store.output,
      notices: store.notices,
    },
    executors: { function: executor, shell: executor, http: executor, internal: executor },
    clock,
    timer: systemTimer,
    node: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    isOnlyNode: store.kind === 'sqlite',
    texts: messages.runs,
    redact: redactor.text,
    redactValue: redactor.value,
    knobs: {
      runsAtOnce,
      renewEveryMs: heartbeat,
      lostAfterMs: lostAfter,
      watchdogEveryMs: watchdogEvery,
      missingAfterMs: missingAfter,
    },
    onRuns: (runs) => {
      for (const { id, jobId, status } of runs) onChange({ kind: 'run', id, job: jobId, status });
      if (runs.some(({ status }) => isTerminal(status))) onTold();
    },
    onOutput: (run) => onChange({ kind: 'output', run }),
    onTold,
    onFailure,
  });
  return {
    engine,
    declareAnew,
    start: () => engine.start(),
    async stop() {
      await engine.stop();
      await executors.stop();
    },
  };
}

/** What can be known wrong before anything runs: a pattern, a zone, a job that comes after one that is not there, a circle. */
function checkDeclared(jobs: readonly Job[]): void {
  for (const { id, trigger } of jobs) checkTrigger(trigger, { key: `jobs.${id}` });
  checkChains(jobs);
}
