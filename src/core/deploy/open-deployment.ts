import { GuardianError } from '../shared/index.ts';
import type { Deployment } from './deployment.ts';

/** What `open` is given; the rest begins empty. */
export interface NewDeployment
  extends Pick<
    Deployment,
    | 'service'
    | 'target'
    | 'projectId'
    | 'kind'
    | 'steps'
    | 'revision'
    | 'address'
    | 'baseRevision'
    | 'goodRevision'
    | 'before'
    | 'plan'
    | 'actor'
    | 'isIrreversible'
    | 'knobs'
    | 'asked'
    | 'createdAt'
  > {
  /** Read from `build_tag.txt`: the store goes on from the higher of both. For a rollback: the id of what is gone back to. */
  knownBuildId: number;
  /** Ends the watch of the deployment before, whose revision then never counts as good. */
  supersedes: boolean;
}

/** How the one that is open ends for the next; null: it does not give way. A rollback that is held always does: the next one says where to go. */
export function gaveWay(
  open: Deployment,
  { supersedes, createdAt }: Pick<NewDeployment, 'supersedes' | 'createdAt'>,
): Deployment | null {
  const isHeldRollback = open.kind === 'rollback' && open.phase === 'held';
  if (!isHeldRollback && !(supersedes && open.phase === 'watching')) return null;
  return {
    ...open,
    // All traffic is where it was before, or where it was to go.
    phase: isHeldRollback && open.promotedAt === null ? 'rolled_back' : 'promoted',
    watch: 'superseded',
    intent: null,
    nextAt: null,
    finishedAt: createdAt,
    version: open.version + 1,
  };
}

/** One at a time. Null: of the other one no more is known than that it is there. */
export function busy(service: string, id: string | null): GuardianError {
  return new GuardianError('conflict', {
    reason: (m) => m.deploying.errors.busy(service, id),
    remedy: (m) => m.deploying.errors.busyRemedy,
  });
}

/** The row as it begins. `of`: what the store knows of the service. */
export function openedDeployment(
  { knownBuildId: _known, supersedes: _supersedes, ...given }: NewDeployment,
  of: Pick<Deployment, 'id' | 'buildId' | 'automaticFrom' | 'sequence'>,
): Deployment {
  return {
    ...given,
    ...of,
    phase: 'planned',
    phaseSince: given.createdAt,
    step: -1,
    intent: null,
    createdBy: null,
    stepRows: 0,
    heldFrom: null,
    isTrafficBack: false,
    checkIndex: 0,
    streak: 0,
    checks: [],
    verdicts: [],
    strata: [],
    baseline: null,
    vitalsBefore: { restarts: 0, outOfMemory: 0 },
    lookedAt: null,
    reason: null,
    reasonFacts: {},
    initialMetrics: null,
    nextAt: given.createdAt,
    failures: 0,
    problem: null,
    promotedAt: null,
    finishedAt: null,
    accessAfter: null,
    cooldownUntil: null,
    watch: null,
    version: 1,
  };
}
