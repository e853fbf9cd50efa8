import type { Job, StoredJob } from '../job.ts';
import type { WatchedDefinition, WatchedJobName } from '../stats/index.ts';

const DEFAULT_GRACE_MS = 300_000;
const DEFAULT_MAX_RUN_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LONGEST_NAME = 100;
/** What Sentry's clients mean where they say none. */
const DEFAULT_ENVIRONMENT = 'production';

/**
 * The job that a client means; null: there is none of that name that runs elsewhere. A name belongs to its project, or to the installation.
 * `environment`: each but the default one has a job of its own.
 */
export function findWatched(
  jobs: Iterable<StoredJob>,
  name: WatchedJobName,
  environment: string | null = null,
): StoredJob | null {
  const watched = [...jobs].filter(({ job }) => job.work.kind === 'watched');
  if (name.by === 'key') return watched.find(({ pingKey }) => pingKey === name.key) ?? null;
  const { slug, projectId } = name;
  const own = ownEnvironment(environment);
  if (own !== null) {
    return ofMonitor(watched, { slug, projectId }).find(({ job }) => job.monitor?.environment === own) ?? null;
  }
  const plain = plainName(slug);
  const named = watched.filter(({ job }) => !job.monitor && (job.projectId === projectId || job.projectId === null));
  const isOwn = ({ job }: StoredJob) => job.projectId === projectId && job.id === ownName(plain, projectId);
  return named.find(isOwn) ?? named.find(({ job }) => job.id === plain) ?? null;
}

/** The same whatever the environment; that of the default one first. */
export function findMonitor(jobs: readonly StoredJob[], name: WatchedJobName): StoredJob | null {
  return findWatched(jobs, name) ?? (name.by === 'slug' ? (ofMonitor(jobs, name)[0] ?? null) : null);
}

/** Of all environments but the default one. */
function ofMonitor(jobs: readonly StoredJob[], { slug, projectId }: { slug: string; projectId: number }): StoredJob[] {
  return jobs.filter(({ job }) => job.monitor?.slug === slug && job.projectId === projectId);
}

export interface DefineRequest {
  slug: string;
  projectId: number;
  environment: string | null;
  /** Null: it is to be made. */
  existing: Job | null;
  /** What a new one takes what the client does not say from; null: the defaults. */
  like: Job | null;
  /** Null: a new one is as `like`. */
  definition: WatchedDefinition | null;
  taskType?: Job['taskType'];
  isNameTaken(id: string): boolean;
}

/** The job as the client's definition makes it; null: it changes nothing, or there is no name for it. Jobs of the configuration are not a client's to change. */
export function defineWatched(request: DefineRequest): Job | null {
  const { existing, definition } = request;
  if (existing && (!definition?.isUpdate || existing.origin !== 'client')) return null;
  const base = existing ?? newWatched(request);
  if (base === null || definition === null) return base;
  const graceMs = base.work.kind === 'watched' ? base.work.graceMs : DEFAULT_GRACE_MS;
  const defined: Job = {
    ...base,
    trigger: definition.trigger ?? base.trigger,
    work: { kind: 'watched', graceMs: definition.graceMs ?? graceMs },
    timeoutMs: definition.maxRunMs ?? base.timeoutMs,
    failureThreshold: definition.failureThreshold ?? base.failureThreshold,
    recoveryThreshold: definition.recoveryThreshold ?? base.recoveryThreshold,
  };
  return existing && JSON.stringify(defined) === JSON.stringify(existing) ? null : defined;
}

/** Null: the names that it could have are taken. */
function newWatched({ slug, projectId, environment, like, isNameTaken, taskType = null }: DefineRequest): Job | null {
  const own = ownEnvironment(environment);
  const plain = own === null ? plainName(slug) : `${plainName(slug)}-${plainName(own)}`;
  const id = [plain, ownName(plain, projectId)].find((name) => !isNameTaken(name));
  if (id === undefined) return null;
  return {
    ...(like ? likeThat(like) : { ...DEFAULTS, taskType }),
    id,
    label: (own === null ? slug : `${slug} (${own})`).slice(0, LONGEST_NAME),
    projectId,
    ...(own === null ? {} : { monitor: { slug, environment: own } }),
  };
}

const DEFAULTS: Omit<Job, 'id' | 'label' | 'projectId'> = {
  origin: 'client',
  work: { kind: 'watched', graceMs: DEFAULT_GRACE_MS },
  trigger: { kind: 'none' },
  condition: null,
  taskType: null,
  // For those that ask before they begin.
  overlap: { kind: 'skip' },
  concurrency: null,
  retries: { count: 0, firstDelayMs: 0, factor: 1, longestDelayMs: 0, jitter: 0 },
  timeoutMs: DEFAULT_MAX_RUN_MS,
  catchUp: { kind: 'none', lookBackMs: DAY_MS },
  mustStartBy: null,
  mustFinishBy: null,
  failWhen: [],
  warnWhen: [],
  failureThreshold: 1,
  recoveryThreshold: 1,
};

/** What says when it is heard of and what is well; no place in a chain. */
function likeThat({ work, trigger, taskType, timeoutMs, ...job }: Job): typeof DEFAULTS {
  const { failWhen, warnWhen, failureThreshold, recoveryThreshold } = job;
  const hasTicks = trigger.kind === 'cron' || trigger.kind === 'interval';
  const health = { failWhen, warnWhen, failureThreshold, recoveryThreshold };
  return { ...DEFAULTS, work, taskType, timeoutMs, ...health, ...(hasTicks ? { trigger } : {}) };
}

/** Null: that of the job that is called by the name alone. */
function ownEnvironment(environment: string | null): string | null {
  return environment === DEFAULT_ENVIRONMENT ? null : environment;
}

function plainName(slug: string): string {
  return slug
    .slice(0, LONGEST_NAME)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-');
}

function ownName(name: string, projectId: number): string {
  return `${name}-${projectId}`;
}
