import { decideAccess } from '../checks/decide.ts';
import type { Deployment } from '../deployment.ts';
import { reasonOf } from './check-phase.ts';
import { type EngineContext, giveUp, KEPT, type Move, noted } from './move.ts';
import { plannedChecks, requestOf, runCheck } from './run-check.ts';

/**
 * Under traffic, every so often: is everybody still let in who was, and do the named features work? Null as move: nothing is wrong, or it could not
 * be looked at, which the next look makes good.
 */
export async function lookAround(
  deployment: Deployment,
  context: EngineContext,
): Promise<{ move: Move | null; lookedAt: number | null }> {
  const { knobs, lookedAt } = deployment;
  const now = context.clock.now();
  if (lookedAt !== null && now - lookedAt < knobs.accessEveryMs) return { move: null, lookedAt };
  for (const planned of plannedChecks(deployment).filter(({ kind }) => kind === 'feature')) {
    const result = await runCheck(planned, deployment, context);
    if (result.outcome !== 'failed') continue;
    const checks = [...deployment.checks, result].slice(-KEPT);
    const back = giveUp(deployment, now, reasonOf('feature'), { check: result.name, ...result.facts });
    return { move: { ...back, change: { ...back.change, checks } }, lookedAt: now };
  }
  const access = await readAccess(deployment, context);
  if (access === null) return { move: null, lookedAt: now };
  const { step, stepRows } = noted(deployment, 'access', now, access, true);
  const back = giveUp({ ...deployment, stepRows }, now, 'access_changed', access);
  return {
    move: { ...back, change: { stepRows, ...back.change }, steps: [step, ...(back.steps ?? [])] },
    lookedAt: now,
  };
}

/** What is not as it was before the start; null: nothing, or could not look. */
async function readAccess(
  { before, asked }: Deployment,
  { target, checks }: EngineContext,
): Promise<Record<string, string | number> | null> {
  try {
    const { settings, address } = await target.describe();
    const { isAnonymousAllowed } = settings.access;
    if (before.access !== null && before.access.isAnonymousAllowed !== isAnonymousAllowed) {
      return { policy: isAnonymousAllowed ? 'opened' : 'closed' };
    }
    if (address === null) return null;
    const { outcome, facts } = decideAccess(
      before.anonymousStatus,
      await checks.request(requestOf(new URL(asked.healthPath, address).href, {})),
    );
    return outcome === 'failed' ? facts : null;
  } catch {
    return null;
  }
}
