import { GuardianError } from '../../shared/index.ts';
import type { Deployment, DeploymentChange, OpenIntent } from '../deployment.ts';
import type { Intent, IntentOutcome } from '../ports.ts';
import { type EngineContext, ended, type Move } from './move.ts';

/** How soon a platform that is still at work is asked again. */
const PENDING_MS = 1_000;

/** Of the catalogue's problems: a row keeps its name. */
const NOT_YET = 'not_yet';

export interface Action {
  kind: OpenIntent['kind'];
  detail: OpenIntent['detail'];
  /** Changes that are written with the intent, before the target is touched. */
  withIntent?: DeploymentChange;
  act(intent: Intent): Promise<void>;
  /** What was read back is what was meant; false: it is carried out again. */
  agrees(outcome: IntentOutcome): boolean;
  done(outcome: IntentOutcome, now: number): Move | Promise<Move>;
}

/**
 * Intent → act → read back. The first call writes the intent alone; the next ones carry it out under the same id until what is read back
 * agrees. So whoever takes over after a crash, at whatever point, finds what was meant, and may do it again: the target does it once.
 */
export async function carryOut(
  deployment: Deployment,
  { target, clock }: EngineContext,
  action: Action,
): Promise<Move> {
  const { intent } = deployment;
  if (intent === null || intent.kind !== action.kind) return intend(deployment, action, clock.now());
  await action.act({ id: intent.id, sequence: intent.sequence });
  const outcome = await target.readBack(intent.id);
  const now = clock.now();
  if (outcome.isPending) return { change: { nextAt: now + PENDING_MS } };
  if (!action.agrees(outcome)) throw new GuardianError('target_unreachable', { path: target.name, reason: NOT_YET });
  const { change, steps = [], ...rest } = await action.done(outcome, now);
  return {
    ...rest,
    change: { intent: null, failures: 0, problem: null, ...change },
    steps: [ended(intent, 'done', now), ...steps],
  };
}

function intend(deployment: Deployment, { kind, detail, withIntent }: Action, now: number): Move {
  const number = deployment.stepRows + 1;
  const sequence = deployment.sequence + 1;
  const id = `${deployment.id}/${number}-${kind}`;
  const intent: OpenIntent = { id, kind, number, sequence, intendedAt: now, attempts: 1, detail };
  return {
    change: { ...withIntent, intent, stepRows: number, sequence, nextAt: now },
    steps: [{ number, kind, intentId: id, state: 'intended', intendedAt: now, endedAt: null, attempts: 1, detail }],
  };
}
