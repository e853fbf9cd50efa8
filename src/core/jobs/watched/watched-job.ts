import type { Job, StoredJob } from '../job.ts';
import type { WatchedDefinition, WatchedJobName } from '../stats/index.ts';

const DEFAULT_GRACE_MS = 300_000;
const DEFAULT_MAX_RUN_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LONGEST_NAME = 100;

/** The job that a client means; null: there is none of that name that runs elsewhere. A name belongs to its project, or to the installation. */
export function findWatched(jobs: Iterable<StoredJob>, name: WatchedJobName): StoredJob | null {
  let found: StoredJob | null = null;
  for (const stored of jobs) {
    const { job } = stored;
    if (job.work.kind !== 'watched') continue;
    if (name.by === 'key') {
      if (stored.pingKey === name.key) return stored;
      continue;
    }
    const isOwn = job.projectId === name.projectId;
    if (isOwn && job.id === ownName(name.slug, name.projectId)) return stored;
    if ((isOwn || job.projectId === null) && job.id === plainName(name.slug)) found = stored;
  }
  return found;
}

export interface DefineRequest {
  slug: string;
  projectId: number;
  /** Null: it is to be made. */
  existing: Job | null;
  definition: WatchedDefinition;
  taskType?: Job['taskType'];
  isNameTaken(id: string): boolean;
}

/** The job as the client's definition makes it; null: it changes nothing. Jobs of the configuration are not a client's to change. */
export function defineWatched(request: DefineRequest): Job | null {
  const { slug, projectId, existing, definition } = request;
  if (existing && (!definition.isUpdate || existing.origin !== 'client')) return null;
  const base = existing ?? newWatched(request);
  const graceMs = base.work.kind === 'watched' ? base.work.graceMs : DEFAULT_GRACE_MS;
  const defined: Job = {
    ...base,
    id: existing?.id ?? (request.isNameTaken(plainName(slug)) ? ownName(slug, projectId) : plainName(slug)),
    trigger: definition.trigger ?? base.trigger,
    work: { kind: 'watched', graceMs: definition.graceMs ?? graceMs },
    timeoutMs: definition.maxRunMs ?? base.timeoutMs,
    failureThreshold: definition.failureThreshold ?? base.failureThreshold,
    recoveryThreshold: definition.recoveryThreshold ?? base.recoveryThreshold,
  };
  return existing && JSON.stringify(defined) === JSON.stringify(existing) ? null : defined;
}

function newWatched({ slug, projectId, taskType = null }: DefineRequest): Job {
  return {
    id: plainName(slug),
    label: slug.slice(0, LONGEST_NAME),
    origin: 'client',
    projectId,
    work: { kind: 'watched', graceMs: DEFAULT_GRACE_MS },
    trigger: { kind: 'none' },
    condition: null,
    taskType,
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
}

function plainName(slug: string): string {
  return slug
    .slice(0, LONGEST_NAME)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-');
}

function ownName(slug: string, projectId: number): string {
  return `${plainName(slug)}-${projectId}`;
}
