import { type Clock, toInstant } from '../../shared/index.ts';
import type {
  Deployment,
  DeploymentChange,
  DeploymentPhase,
  DeploymentReason,
  OpenIntent,
  StepChange,
} from '../deployment.ts';
import type { CheckRunner, DeploymentOutboxEntry, DeployTarget, IssueReader, MetricReader } from '../ports.ts';

export interface EngineContext {
  target: DeployTarget;
  metrics: MetricReader;
  issues: IssueReader;
  checks: CheckRunner;
  clock: Clock;
  /** For the service's own API (a key): never kept. */
  headers: Readonly<Record<string, string>>;
  /** The environment's values that were named for this deployment; null: lost with the process that knew them. */
  values: Readonly<Record<string, string>> | null;
}

/** One row's worth: what changes, the step that is begun or ended with it, who is told. */
export interface Move {
  change: DeploymentChange;
  steps?: readonly StepChange[];
  outbox?: readonly DeploymentOutboxEntry[];
}

/** How many looks and checks a row keeps; beyond it the oldest go, their steps stay as rows. */
export const KEPT = 100;

/** To another phase, at once. */
export function enter(phase: DeploymentPhase, now: number, change: DeploymentChange = {}): DeploymentChange {
  return { phase, phaseSince: now, nextAt: now, failures: 0, problem: null, checkIndex: 0, streak: 0, ...change };
}

/** A step that is over as it is written: a check, a look, a hold. */
export function noted(
  { id, stepRows }: Pick<Deployment, 'id' | 'stepRows'>,
  kind: StepChange['kind'],
  now: number,
  detail: StepChange['detail'],
  isFailed = false,
): { step: StepChange; stepRows: number } {
  const number = stepRows + 1;
  const state = isFailed ? 'failed' : 'done';
  return {
    stepRows: number,
    step: {
      number,
      kind,
      intentId: `${id}/${number}-${kind}`,
      state,
      intendedAt: now,
      endedAt: now,
      attempts: 1,
      detail,
    },
  };
}

export function ended(
  intent: OpenIntent,
  state: 'done' | 'failed',
  now: number,
  detail: StepChange['detail'] = {},
): StepChange {
  const { id, kind, number, intendedAt, attempts } = intent;
  return {
    number,
    kind,
    intentId: id,
    state,
    intendedAt,
    endedAt: now,
    attempts,
    detail: { ...intent.detail, ...detail },
  };
}

/** What outbox rows say, for messages, screens and fixes: facts alone. */
export function toldOf(
  deployment: Deployment,
  now: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const { id, service, target, buildId, revision, goodRevision, plan, actor, phase, reason, reasonFacts } = deployment;
  return {
    id,
    service,
    target,
    buildId,
    revision,
    goodRevision,
    digest: plan.digest,
    commit: plan.commit,
    actor,
    phase,
    reason,
    facts: reasonFacts,
    at: toInstant(now),
    ...more,
  };
}

/** Traffic may have reached the new revision: the intent that moves it was written. */
export function hasShifted({ step, kind }: Pick<Deployment, 'step' | 'kind'>): boolean {
  return step >= 0 || kind === 'rollback';
}

/**
 * What is bad goes back: at once while nobody was sent there, else to the revision that was recorded as good. It is held with an alert instead
 * when there is nowhere to go, when it cannot be undone, or when this service went back by itself a short while ago. A critical error is reported, whatever comes of it.
 */
export function giveUp(
  deployment: Deployment,
  now: number,
  reason: DeploymentReason,
  facts: Deployment['reasonFacts'] = {},
  reasonSaid: Deployment['reasonSaid'] = null,
): Move {
  const { intent } = deployment;
  const change = { reason, reasonFacts: facts, reasonSaid, intent: null };
  const isStuck =
    hasShifted(deployment) &&
    (deployment.goodRevision === null ||
      deployment.kind === 'rollback' ||
      (reason !== 'by_hand' && (deployment.isIrreversible || now < (deployment.automaticFrom ?? 0))));
  const closed = intent === null ? null : ended(intent, 'failed', now);
  const reports: DeploymentOutboxEntry[] =
    reason === 'critical_error' ? [{ kind: 'report-wanted', payload: toldOf({ ...deployment, ...change }, now) }] : [];
  if (isStuck) {
    const held = hold(deployment, now, change, closed);
    return { ...held, outbox: [...(held.outbox ?? []), ...reports] };
  }
  return {
    change: enter('rolling_back', now, { ...change, isTrafficBack: false }),
    ...(closed && { steps: [closed] }),
    outbox: reports,
  };
}

/** The end of a rollback by hand, all traffic being there. Only one that passed its checks counts as good. */
export function wentBack(
  deployment: Deployment,
  now: number,
  change: Pick<DeploymentChange, 'watch' | 'accessAfter' | 'heldFrom' | 'reason' | 'reasonFacts'>,
): Move {
  const over: Deployment = { ...deployment, ...change, phase: 'promoted' };
  return {
    change: enter('promoted', now, { ...change, nextAt: null, finishedAt: now }),
    outbox: [{ kind: 'deployment-rolled-back', payload: toldOf(over, now, { pinnedTo: deployment.revision }) }],
  };
}

/** Waits for a person, with the traffic as it is. */
export function hold(
  deployment: Deployment,
  now: number,
  change: DeploymentChange & Pick<Deployment, 'reason'>,
  closed: StepChange | null = null,
): Move {
  const { step, stepRows } = noted(deployment, 'hold', now, { reason: change.reason });
  const held: Deployment = { ...deployment, ...change, phase: 'held' };
  return {
    change: enter('held', now, { ...change, heldFrom: deployment.phase, nextAt: null, stepRows }),
    steps: closed === null ? [step] : [closed, step],
    outbox: [{ kind: 'deployment-held', payload: toldOf(held, now) }],
  };
}
