import { accessDifference, accessNow } from '../access.ts';
import type { Deployment } from '../deployment.ts';
import { reasonOf } from './check-phase.ts';
import { type EngineContext, giveUp, KEPT, type Move, noted } from './move.ts';
import { factsOf, readIssues } from './read-issues.ts';
import { plannedChecks, runCheck } from './run-check.ts';

/**
 * Under traffic: did an issue at CRITICAL come, or come back? And every so often: is everybody still let in who was, and do the named features work? Null as move: nothing is wrong, or it could not
 * be looked at, which the next look makes good.
 */
export async function lookAround(
  deployment: Deployment,
  context: EngineContext,
): Promise<{ move: Move | null; lookedAt: number | null }> {
  const { knobs, lookedAt } = deployment;
  const now = context.clock.now();
  const critical = await criticalIssue(deployment, context);
  if (critical !== null) {
    const detail = { name: 'new-issues', outcome: 'failed', ...critical };
    const { step, stepRows } = noted(deployment, 'check', now, detail, true);
    const back = giveUp({ ...deployment, stepRows }, now, 'critical_error', critical);
    return {
      move: { ...back, change: { stepRows, ...back.change }, steps: [step, ...(back.steps ?? [])] },
      lookedAt,
    };
  }
  if (lookedAt !== null && now - lookedAt < knobs.accessEveryMs) return { move: null, lookedAt };
  for (const planned of plannedChecks(deployment).filter(({ kind }) => kind === 'feature')) {
    const result = await runCheck(planned, deployment, context);
    if (result.outcome !== 'failed') continue;
    const checks = [...deployment.checks, result].slice(-KEPT);
    const back = giveUp(deployment, now, reasonOf(result), { check: result.name, ...result.facts });
    return { move: { ...back, change: { ...back.change, checks } }, lookedAt: now };
  }
  const access = await changedAccess(deployment, context);
  if (access === null) return { move: null, lookedAt: now };
  const { step, stepRows } = noted(deployment, 'access', now, access, true);
  const back = giveUp({ ...deployment, stepRows }, now, 'access_changed', access);
  return {
    move: { ...back, change: { stepRows, ...back.change }, steps: [step, ...(back.steps ?? [])] },
    lookedAt: now,
  };
}

/** Null: none, or could not look, which the judge's own look says. */
async function criticalIssue(
  deployment: Deployment,
  context: EngineContext,
): Promise<Record<string, string | number> | null> {
  try {
    return factsOf((await readIssues(deployment, context)).filter(({ isCritical }) => isCritical));
  } catch {
    return null;
  }
}

/** What is not as it was before the start; null: nothing, or could not look. */
async function changedAccess(
  { before, asked }: Deployment,
  context: EngineContext,
): Promise<Record<string, string | number> | null> {
  const now = await accessNow(asked, context);
  const changed = now && accessDifference(before, now);
  if (changed === null) return null;
  if (changed.kind === 'policy') return { policy: changed.found === 'open' ? 'opened' : 'closed' };
  return { before: Number(changed.expected), now: Number(changed.found) };
}
