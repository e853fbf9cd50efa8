import type { Deployment } from '../deployment.ts';
import type { IntentOutcome, TrafficSplit } from '../ports.ts';
import { carryOut } from './carry-out.ts';
import { readInitialMetrics } from './initial-metrics.ts';
import { type EngineContext, enter, type Move, toldOf } from './move.ts';

/** The next share of the traffic; the last one is the promotion, which is a phase of its own. */
export function shift(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { steps, revision, baseRevision } = deployment;
  const step = deployment.intent === null ? deployment.step + 1 : deployment.step;
  const percent = steps[step] ?? 100;
  const split: TrafficSplit = {
    shares: [
      { revision: revision!, percent },
      { revision: baseRevision!, percent: 100 - percent },
    ],
    followsLatest: false,
  };
  return carryOut(deployment, context, {
    kind: 'traffic',
    detail: { percent, revision },
    withIntent: { step },
    act: (intent) => context.target.setTraffic({ ...intent, split }),
    agrees: (outcome) => isSplit(outcome, split),
    done: (_outcome, now) => ({
      change: enter('measuring', now, { lookedAt: null }),
      outbox: [{ kind: 'deployment-changed', payload: toldOf(deployment, now, { percent }) }],
    }),
  });
}

/** Everything, and no pin: the platform follows the latest from here on. By hand back to a former one, it is a pin. */
export async function promote(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { revision, steps, kind } = deployment;
  const split: TrafficSplit = { shares: [{ revision: revision!, percent: 100 }], followsLatest: kind === 'deploy' };
  const initialMetrics =
    deployment.intent === null || kind === 'rollback' ? null : await readInitialMetrics(deployment, context);
  return carryOut(deployment, context, {
    kind: 'promote',
    detail: { percent: 100, revision },
    withIntent: { step: steps.length - 1 },
    act: (intent) => context.target.setTraffic({ ...intent, split }),
    agrees: (outcome) => isSplit(outcome, split),
    done(_outcome, now) {
      if (kind === 'rollback') return { change: enter('checking', now, { promotedAt: now }) };
      const promoted: Deployment = { ...deployment, phase: 'watching', promotedAt: now };
      return {
        change: enter('watching', now, { promotedAt: now, initialMetrics, lookedAt: null }),
        outbox: [
          {
            kind: 'deployment-finished',
            payload: toldOf(promoted, now, { watchedUntil: now + deployment.knobs.watchMs, initialMetrics }),
          },
        ],
      };
    },
  });
}

/** What is read back says the same; where all goes to one, whether it is pinned counts too. */
export function isSplit({ state }: IntentOutcome, { shares, followsLatest }: TrafficSplit): boolean {
  const wanted = new Map(shares.map(({ revision, percent }) => [revision, percent]));
  const real = state.traffic.shares.filter(({ percent }) => percent > 0);
  if (real.length !== shares.filter(({ percent }) => percent > 0).length) return false;
  return (
    (!followsLatest || state.traffic.followsLatest) &&
    real.every(({ revision, percent }) => wanted.get(revision) === percent)
  );
}
