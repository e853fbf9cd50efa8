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
    cooldownUntil: null,
    watch: null,
    version: 1,
  };
}
