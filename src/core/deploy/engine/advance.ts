import { type GuardianError, toGuardianError } from '../../shared/index.ts';
import type { Deployment, DeploymentPhase } from '../deployment.ts';
import { check } from './check-phase.ts';
import { create } from './create.ts';
import { goBack } from './go-back.ts';
import { measure, watch } from './measure.ts';
import { type EngineContext, enter, giveUp, type Move } from './move.ts';
import { promote, shift } from './shift.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Attempts of one step before it goes back: about four minutes. */
const ATTEMPTS = 8;

type Phase = (deployment: Deployment, context: EngineContext) => Promise<Move>;

const PHASES: Record<Exclude<DeploymentPhase, 'held' | 'promoted' | 'rolled_back'>, Phase> = {
  planned: async ({ kind, createdAt }, { clock }) => ({
    change: enter(kind === 'rollback' ? 'promoting' : 'creating', Math.max(createdAt, clock.now())),
  }),
  creating: create,
  checking: check,
  shifting: shift,
  measuring: measure,
  promoting: promote,
  watching: watch,
  rolling_back: goBack,
};

/** The next row of a deployment: one intent, one act with its read-back, one check or one look. Throws only what the store throws. */
export async function nextMove(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { phase } = deployment;
  if (phase === 'held' || phase === 'promoted' || phase === 'rolled_back') return { change: { nextAt: null } };
  try {
    return await PHASES[phase](deployment, context);
  } catch (thrown) {
    return afterFailure(deployment, context.clock.now(), toGuardianError(thrown));
  }
}

/** Lost answers are asked for again, ever more slowly; a refusal before the promotion goes back at once. Going back itself never gives up. */
function afterFailure(deployment: Deployment, now: number, error: GuardianError): Move {
  const { phase } = deployment;
  const failures = deployment.failures + 1;
  const facts = { problem: error.about.reason ?? error.code };
  const changes = phase === 'creating' || phase === 'shifting' || phase === 'promoting';
  if (changes && error.code === 'target_refused') return giveUp(deployment, now, 'target_refused', facts, error.said);
  if ((changes || phase === 'checking') && failures >= ATTEMPTS) {
    return giveUp(deployment, now, error.kind.isRetryable ? 'target_unreachable' : 'internal', facts, error.said);
  }
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
  const problem = facts.problem.slice(0, 500);
  return { change: { failures, problem, problemSaid: error.said, nextAt: now + waitMs } };
}
