import type { Deployment } from '../deployment.ts';
import type { TrafficSplit } from '../ports.ts';
import { carryOut } from './carry-out.ts';
import { type EngineContext, ended, enter, hasShifted, type Move, toldOf } from './move.ts';
import { isSplit } from './shift.ts';

/** Stopping the new revision is tidiness: it never stands between a rollback and its end. */
const RETIRE_ATTEMPTS = 5;

/**
 * All traffic back first, then the new revision is stopped. This phase has one way out: it is tried until what is read back says that one
 * revision, the recorded one, has everything.
 */
export async function goBack(deployment: Deployment, context: EngineContext): Promise<Move> {
  if (!deployment.isTrafficBack) return takeTrafficBack(deployment, context);
  return retireNew(deployment, context);
}

async function takeTrafficBack(deployment: Deployment, context: EngineContext): Promise<Move> {
  const goal = hasShifted(deployment) ? deployment.goodRevision : deployment.baseRevision;
  // The first deployment of a service, before it had any traffic.
  if (goal === null) return { change: { isTrafficBack: true, nextAt: context.clock.now() } };
  const split: TrafficSplit = { shares: [{ revision: goal, percent: 100 }], followsLatest: false };
  if (!hasShifted(deployment) && deployment.intent === null) {
    const state = await context.target.describe();
    // Untouched: not even a pin is left behind.
    if (isSplit({ state, revision: null, isPending: false }, split)) {
      return { change: { isTrafficBack: true, nextAt: context.clock.now() } };
    }
  }
  return carryOut(deployment, context, {
    kind: 'rollback',
    detail: { revision: goal, reason: deployment.reason },
    act: (intent) => context.target.setTraffic({ ...intent, split }),
    agrees: (outcome) => isSplit(outcome, split),
    done: (_outcome, now) => ({ change: { isTrafficBack: true, nextAt: now } }),
  });
}

async function retireNew(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { createdBy, intent, knobs } = deployment;
  const now = context.clock.now();
  if (createdBy === null) return rolledBack(deployment, now);
  if (intent?.kind === 'retire' && deployment.failures >= RETIRE_ATTEMPTS) {
    const over = rolledBack(deployment, now);
    return { ...over, change: { ...over.change, intent: null }, steps: [ended(intent, 'failed', now)] };
  }
  return carryOut(deployment, context, {
    kind: 'retire',
    detail: { revision: deployment.revision },
    async act(given) {
      const { revision } = await context.target.readBack(createdBy);
      if (revision !== null)
        await context.target.retire({ ...given, revision: revision.name, drainMs: knobs.drainMs, keeps: false });
    },
    agrees: () => true,
    done: () => rolledBack(deployment, context.clock.now()),
  });
}

function rolledBack(deployment: Deployment, now: number): Move {
  const isAutomatic = deployment.reason !== 'by_hand' && hasShifted(deployment);
  const over: Deployment = { ...deployment, phase: 'rolled_back' };
  return {
    change: enter('rolled_back', now, {
      nextAt: null,
      finishedAt: now,
      cooldownUntil: isAutomatic ? now + deployment.knobs.cooldownMs : null,
    }),
    outbox: [
      {
        kind: 'deployment-rolled-back',
        payload: toldOf(over, now, { pinnedTo: hasShifted(deployment) ? deployment.goodRevision : null }),
      },
    ],
  };
}
