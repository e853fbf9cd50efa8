import { isAbsolute, resolve } from 'node:path';
import type { Configuration } from '../../config/index.ts';
import type { Job, JobWork, Overlap, RetryPolicy, Trigger } from '../../core/jobs/index.ts';
import { GuardianError } from '../../core/shared/index.ts';

type Given = Configuration['jobs'][string];

export interface DeclareOptions {
  /** Paths of modules and folders are relative to it. */
  folder: string;
  /** Number of a project's slug; null: there is none. */
  projectId(slug: string): number | null;
}

/** The jobs of the configuration as the engine knows them. Throws `configuration_invalid` with the key's path. */
export function declaredJobs(configuration: Configuration, options: DeclareOptions): Job[] {
  const { jobs, timeZone } = configuration;
  return Object.entries(jobs).map(([id, given]) => {
    if (given.onlyIf) checkCondition(id, given.onlyIf.job, jobs);
    return declaredJob(id, given, { ...options, timeZone });
  });
}

/** A job that waits for one that is not there, or for itself, would be skipped night after night. */
function checkCondition(id: string, awaited: string, jobs: Configuration['jobs']): void {
  const key = `jobs.${id}.onlyIf.job`;
  if (awaited === id)
    throw new GuardianError('configuration_invalid', { key, reason: (m) => m.declarations.jobs.waitsForItself });
  if (jobs[awaited]) return;
  throw new GuardianError('configuration_invalid', { key, reason: (m) => m.declarations.jobs.noJob(awaited) });
}

function declaredJob(
  id: string,
  given: Given,
  { folder, projectId, timeZone }: DeclareOptions & { timeZone: string },
): Job {
  const zone = given.timeZone ?? timeZone;
  return {
    id,
    label: given.label ?? id,
    origin: 'configuration',
    projectId: projectOf(given.project, `jobs.${id}.project`, projectId),
    work: workOf(given, folder),
    trigger: triggerOf(given, zone),
    condition: given.onlyIf && {
      job: given.onlyIf.job,
      timeZone: zone,
      waitUntil: deadlineOf(given.onlyIf.waitUntil, zone),
    },
    taskType: given.taskType,
    overlap: overlapOf(given.overlap),
    concurrency: typeof given.concurrency === 'string' ? { key: given.concurrency, limit: 1 } : given.concurrency,
    retries: retriesOf(given.retries),
    timeoutMs: given.timeout ?? (given.http === undefined ? RUN_MS : CALL_MS),
    catchUp:
      typeof given.catchUp === 'string'
        ? { kind: given.catchUp, lookBackMs: given.lookBack }
        : { kind: 'all', limit: given.catchUp.all, lookBackMs: given.lookBack },
    mustStartBy: given.mustStartBy === null ? null : deadlineOf(given.mustStartBy, zone),
    mustFinishBy: given.mustFinishBy === null ? null : deadlineOf(given.mustFinishBy, zone),
    failWhen: given.failWhen,
    warnWhen: given.warnWhen,
    failureThreshold: given.failureThreshold,
    recoveryThreshold: given.recoveryThreshold,
  };
}

/** Time limits where none is given: of a run, and of one HTTP call. */
const RUN_MS = 60 * 60 * 1000;
const CALL_MS = 30_000;

function projectOf(slug: string | null, key: string, projectId: DeclareOptions['projectId']): number | null {
  if (slug === null) return null;
  const id = projectId(slug);
  if (id === null)
    throw new GuardianError('configuration_invalid', { key, reason: (m) => m.declarations.jobs.noProject(slug) });
  return id;
}

const PLAIN_HTTP = {
  method: 'GET',
  headers: {},
  body: null,
  status: [200, 201, 202, 204],
  text: null,
  slowAfter: null,
};

function workOf(given: Given, folder: string): JobWork {
  if (given.function) {
    const { module, export: name, input, heapMib } = given.function;
    return {
      kind: 'function',
      module: isAbsolute(module) ? module : resolve(folder, module),
      export: name,
      input,
      heapMib,
    };
  }
  if (given.shell !== undefined) {
    const shell =
      typeof given.shell === 'string' ? { command: given.shell, folder: null, environment: {} } : given.shell;
    return {
      kind: 'shell',
      command: shell.command,
      folder: resolve(folder, shell.folder ?? '.'),
      environment: shell.environment,
    };
  }
  if (given.http !== undefined) {
    const { status, text, slowAfter, ...call } =
      typeof given.http === 'string' ? { ...PLAIN_HTTP, url: given.http } : given.http;
    return { kind: 'http', ...call, expectedStatus: status, expectedText: text, slowAfterMs: slowAfter };
  }
  return { kind: 'watched', graceMs: given.watched!.grace };
}

function triggerOf(given: Given, timeZone: string): Trigger {
  if (given.cron !== undefined)
    return { kind: 'cron', pattern: given.cron, timeZone, gap: given.dst.gap, overlap: given.dst.overlap };
  if (given.every !== undefined)
    return { kind: 'interval', everyMs: given.every, anchor: given.anchor === null ? null : Date.parse(given.anchor) };
  if (given.after === undefined) return { kind: 'none' };
  const edges = given.after.map((edge) =>
    typeof edge === 'string' ? { job: edge, isStrict: false } : { job: edge.job, isStrict: edge.strict },
  );
  return { kind: 'after', rule: given.rule, edges };
}

const SPAN_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2h` after the tick, or the next 05:00. */
function deadlineOf(text: string, timeZone: string): NonNullable<Job['mustStartBy']> {
  const [, amount, unit] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  return unit === undefined
    ? { kind: 'local', time: text, timeZone }
    : { kind: 'after', ms: Number(amount) * SPAN_MS[unit]! };
}

/** Runs that wait where a queue names no bound. */
const QUEUE_BOUND = 10;

function overlapOf(given: Given['overlap']): Overlap {
  if (typeof given === 'object') return { kind: 'queue', bound: given.queue };
  return given === 'queue' ? { kind: 'queue', bound: QUEUE_BOUND } : { kind: given };
}

function retriesOf(given: Given['retries']): RetryPolicy {
  const usual = { first: 30_000, factor: 2, longest: 15 * 60_000, jitter: 0.2 };
  const { count, first, factor, longest, jitter } = typeof given === 'number' ? { ...usual, count: given } : given;
  return { count, firstDelayMs: first, factor, longestDelayMs: longest, jitter };
}
