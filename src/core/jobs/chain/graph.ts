import { GuardianError, type Worded } from '../../shared/index.ts';
import type { AfterEdge, Job } from '../job.ts';

/** The `after` edges between jobs, as they are configured now. */
export interface ChainGraph {
  /** Jobs that come after this one, in the order of their declaration. */
  successorsOf(jobId: string): readonly string[];
  /** The job itself and all that descend from it. */
  reachableFrom(jobId: string): ReadonlySet<string>;
}

const NONE: readonly string[] = [];

export function createChainGraph(jobs: readonly Job[]): ChainGraph {
  const successors = new Map<string, string[]>();
  for (const job of jobs) {
    for (const edge of edgesOf(job)) {
      const known = successors.get(edge.job);
      if (!known) successors.set(edge.job, [job.id]);
      else if (!known.includes(job.id)) known.push(job.id);
    }
  }
  const successorsOf = (jobId: string) => successors.get(jobId) ?? NONE;
  const reachable = new Map<string, ReadonlySet<string>>();
  return {
    successorsOf,
    reachableFrom(jobId) {
      let found = reachable.get(jobId);
      if (!found) {
        found = descend(jobId, successorsOf);
        reachable.set(jobId, found);
      }
      return found;
    },
  };
}

/**
 * What would make a chain stand still for ever stops the start: a cycle (named as `a → b → a`), an edge from a job that is not there, a
 * watched job with an `after` trigger (nobody could start it). Throws `configuration_invalid` with the key of the job.
 */
export function checkChains(jobs: readonly Job[]): void {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  for (const job of jobs) {
    if (job.trigger.kind !== 'after') continue;
    if (job.work.kind === 'watched') {
      throw wrong(job.id, (m) => m.declarations.jobs.watchedAfter);
    }
    if (job.trigger.edges.length === 0) throw wrong(job.id, (m) => m.declarations.jobs.namesNoJob);
    for (const edge of job.trigger.edges) {
      if (!byId.has(edge.job)) throw wrong(job.id, (m) => m.declarations.jobs.noJob(edge.job));
    }
  }
  const cycle = findCycle(jobs, byId);
  if (cycle) throw wrong(cycle[0]!, (m) => m.declarations.jobs.circle(cycle.join(' → ')));
}

function wrong(jobId: string, reason: Worded): GuardianError {
  return new GuardianError('configuration_invalid', {
    key: `jobs.${jobId}.after`,
    reason,
    remedy: (m) => m.declarations.jobs.chainRemedy,
  });
}

function edgesOf(job: Job): readonly AfterEdge[] {
  return job.trigger.kind === 'after' && job.work.kind !== 'watched' ? job.trigger.edges : [];
}

function descend(root: string, successorsOf: (jobId: string) => readonly string[]): Set<string> {
  const found = new Set([root]);
  // A set goes on to what is added while it is walked.
  for (const jobId of found) for (const next of successorsOf(jobId)) found.add(next);
  return found;
}

/** Depth-first with a stack of its own: a chain of 10,000 jobs overflows nothing. */
function findCycle(jobs: readonly Job[], byId: ReadonlyMap<string, Job>): string[] | null {
  const done = new Set<string>();
  for (const { id } of jobs) {
    const cycle = findCycleFrom(id, byId, done);
    if (cycle) return cycle;
  }
  return null;
}

/** `done`: those that lead into no cycle. */
function findCycleFrom(id: string, byId: ReadonlyMap<string, Job>, done: Set<string>): string[] | null {
  const path: string[] = [];
  const onPath = new Set<string>();
  const open: { id: string; isLeaving: boolean }[] = [{ id, isLeaving: false }];
  for (let step = open.pop(); step; step = open.pop()) {
    if (step.isLeaving) {
      path.pop();
      onPath.delete(step.id);
      done.add(step.id);
      continue;
    }
    if (onPath.has(step.id)) return [...path.slice(path.indexOf(step.id)), step.id].reverse();
    if (done.has(step.id)) continue;
    path.push(step.id);
    onPath.add(step.id);
    open.push({ id: step.id, isLeaving: true });
    const job = byId.get(step.id);
    if (job) for (const edge of edgesOf(job)) open.push({ id: edge.job, isLeaving: false });
  }
  return null;
}
