import { type Deployment, type DeploymentWrite, isOver, type TargetKind } from '../../core/deploy/index.ts';
import type { DeploymentMetrics } from '../../core/shared/index.ts';

export function countOpened(metrics: DeploymentMetrics, kind: TargetKind | undefined): void {
  if (kind !== undefined) metrics.started(kind);
}

/** Figures of what one write changed. `before`: as this process knew it last; null: it did not. */
export function countWrite(
  metrics: DeploymentMetrics,
  kind: TargetKind,
  { write, saved, before }: { write: DeploymentWrite; saved: Deployment; before: Deployment | null },
): void {
  countSteps(metrics, write.steps ?? []);
  const { phase, reason, createdAt } = saved;
  if (write.change.isTrafficBack === true && before?.isTrafficBack !== true) {
    metrics.rollback(reason === 'by_hand' ? 'manual' : 'automatic', (write.at - saved.phaseSince) / 1_000);
  }
  const hasEntered = before === null ? write.change.phase !== undefined : before.phase !== phase;
  if (!hasEntered) return;
  const seconds = (write.at - createdAt) / 1_000;
  if (phase === 'held') metrics.finished(kind, 'held', seconds);
  if (isOver(saved)) metrics.finished(kind, outcomeOf(saved), seconds);
}

function countSteps(metrics: DeploymentMetrics, steps: NonNullable<DeploymentWrite['steps']>): void {
  for (const { kind, detail } of steps) {
    if (kind === 'check' && isChecked(detail.outcome)) metrics.check(detail.outcome);
    if (kind === 'judge' && isVerdict(detail.verdict)) metrics.verdict(detail.verdict);
  }
}

function outcomeOf({ phase, step, kind }: Deployment): 'promoted' | 'rolled_back' | 'failed' {
  if (phase === 'promoted') return 'promoted';
  // Nobody was ever sent there.
  return step < 0 && kind === 'deploy' ? 'failed' : 'rolled_back';
}

function isChecked(outcome: unknown): outcome is 'passed' | 'failed' | 'inconclusive' {
  return outcome === 'passed' || outcome === 'failed' || outcome === 'inconclusive';
}

function isVerdict(verdict: unknown): verdict is 'pass' | 'suspect' | 'fail' | 'inconclusive' {
  return verdict === 'pass' || verdict === 'suspect' || verdict === 'fail' || verdict === 'inconclusive';
}
