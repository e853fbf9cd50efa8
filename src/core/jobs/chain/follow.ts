import { newRun } from '../engine/new-run.ts';
import { decideOverlap } from '../engine/overlap.ts';
import type { Job, JobHealth, StoredJob } from '../job.ts';
import type { Admission, Follow, JobOutboxEntry } from '../ports.ts';
import { isTerminal, type NewRun, type Run } from '../run.ts';
import { decideAfter } from './decide-after.ts';
import type { ChainGraph } from './graph.ts';
import { nextHealth } from './job-health.ts';
import { chainFinished, didWork, runFinished } from './told.ts';

export interface FollowOptions {
  /** Those that are declared now. */
  jobs: ReadonlyMap<string, StoredJob>;
  graph: ChainGraph;
  newId(): string;
}

/** Of ticks that were skipped themselves: they begin no chain. */
const NEVER_BEGAN: readonly Run['reason'][] = ['missed', 'paused', 'overlap', 'queue_full'];

/**
 * The decisions of a chain run: pure, over its rows. One look goes as far as it is certain: whatever can no longer run is written with it,
 * down to the last successor, so that a chain run has nothing open left exactly once, and is told of then.
 */
export function createFollow({ jobs, graph, newId }: FollowOptions): Follow {
  return (chain, changed, health) => {
    if (!isTerminal(changed.status)) return { admissions: [], outbox: [], health: null };
    const first = chain.find((run) => run.id === changed.chainRunId) ?? changed;
    if (first === changed && changed.status === 'skipped' && NEVER_BEGAN.includes(changed.reason)) {
      return { admissions: [], outbox: [], health: null };
    }
    const admissions = admitSuccessors({ chain, changed, first, jobs, graph, newId });
    const made = admissions.map((admission) => admission.run);
    const rows = [...chain, ...made];
    const stored = jobs.get(changed.jobId) ?? null;
    const next = didWork(changed) && stored ? nextHealth(health, changed.status, stored.job) : null;
    const outbox = tell({ rows, made, changed, first, stored, health, next, jobs });
    return { admissions, outbox, health: next };
  };
}

interface Look {
  chain: readonly Run[];
  changed: Run;
  first: Run;
}

function admitSuccessors({ chain, changed, first, jobs, graph, newId }: Look & FollowOptions): Admission[] {
  const reachable = graph.reachableFrom(first.jobId);
  const runs = new Map<string, Pick<Run, 'id' | 'status' | 'causeRunId'>>(chain.map((run) => [run.jobId, run]));
  const admissions: Admission[] = [];
  const settled = [changed.jobId];
  for (const jobId of settled) {
    for (const successorId of graph.successorsOf(jobId)) {
      const stored = jobs.get(successorId);
      if (runs.has(successorId) || stored?.job.trigger.kind !== 'after') continue;
      const decision = decideAfter(
        stored.job.trigger,
        (id) => reachable.has(id),
        (id) => runs.get(id),
      );
      if (decision.kind === 'wait') continue;
      const run = successorRun(stored, { first, changed, newId }, decision);
      admissions.push({ run, decide: decideOverlap(stored.job.overlap, false) });
      runs.set(successorId, run);
      if (isTerminal(run.status)) settled.push(successorId);
    }
  }
  return admissions;
}

function successorRun(
  stored: StoredJob,
  { first, changed, newId }: Pick<Look, 'first' | 'changed'> & Pick<FollowOptions, 'newId'>,
  decision: Exclude<ReturnType<typeof decideAfter>, { kind: 'wait' }>,
): NewRun {
  const at = changed.finishedAt ?? changed.createdAt;
  const isPaused = stored.pause !== null && (stored.pause.until === null || stored.pause.until > at);
  const request = {
    id: newId(),
    stored,
    trigger: 'after' as const,
    triggeredBy: first.triggeredBy,
    tick: null,
    base: first.tick ?? first.createdAt,
    at,
    chainRunId: first.id,
  };
  if (decision.kind === 'never') return newRun({ ...request, ...decision });
  const state = isPaused ? ({ status: 'skipped', reason: 'paused' } as const) : {};
  return newRun({ ...request, causeRunId: changed.id, ...state });
}

interface Telling {
  rows: readonly (Run | NewRun)[];
  made: readonly NewRun[];
  changed: Run;
  first: Run;
  stored: StoredJob | null;
  health: JobHealth;
  next: JobHealth | null;
  jobs: ReadonlyMap<string, StoredJob>;
}

function tell({ rows, made, changed, first, stored, health, next, jobs }: Telling): JobOutboxEntry[] {
  const labelOf = (jobId: string): Job['label'] => jobs.get(jobId)?.job.label ?? jobId;
  const outbox: JobOutboxEntry[] = [];
  if (didWork(changed) || changed.status === 'cancelled') {
    const heldBack = made.filter((run) => isTerminal(run.status) && run.reason !== 'paused');
    outbox.push(runFinished({ run: changed, job: stored?.job ?? null, health, next, heldBack, labelOf }));
  }
  if (rows.length > 1 && rows.every((run) => isTerminal(run.status))) {
    outbox.push(chainFinished({ first, rows, at: changed.finishedAt ?? changed.createdAt, labelOf }));
  }
  return outbox;
}
