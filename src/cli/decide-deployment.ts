import { GuardianError, type Messages } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';
import type { Deployments } from './deployments-of.ts';
import { followDeployment, isWanted } from './follow-deployment.ts';

export interface Decision {
  /** Id of the deployment that is held where it is. */
  hold?: string | undefined;
  /** Id of the held one that goes on. */
  continue?: string | undefined;
  /** The whole service of the target ends. */
  end?: boolean | undefined;
  reason?: string | undefined;
  target?: string | undefined;
  yes?: boolean | undefined;
}

export interface DecideOptions {
  deployments: Deployments;
  context: CommandContext;
  messages: Messages;
}

/** `--hold ID`, `--continue ID`, `--end`: one of them, beside which nothing is deployed. */
export function isDecision({ hold, continue: goesOn, end }: Decision): boolean {
  return hold !== undefined || goesOn !== undefined || end === true;
}

/** A person's word about what runs. Gives the exit status; one that goes on is followed. Throws `usage_invalid` for two words at once. */
export async function decideDeployment(given: Decision, options: DecideOptions): Promise<number> {
  const { cli: say } = options.messages.deploying;
  const words = [given.hold, given.continue, given.end === true ? 'end' : undefined];
  if (words.filter((word) => word !== undefined).length > 1)
    throw new GuardianError('usage_invalid', { reason: say.oneDecision });
  if (given.hold !== undefined) return hold(given.hold, given, options);
  if (given.continue !== undefined) return carryOn(given.continue, given, options);
  return end(given, options);
}

async function hold(id: string, { reason, yes }: Decision, options: DecideOptions): Promise<number> {
  const { deployments, context, messages } = options;
  const { cli: say } = messages.deploying;
  if (!(await isWanted(say.askHold(id), { isSure: yes ?? false, context, messages }))) return 1;
  const { traffic } = await deployments.hold(id, reason);
  context.output.write(`${say.heldNow(id, traffic)}\n`);
  return 0;
}

async function carryOn(id: string, { yes }: Decision, options: DecideOptions): Promise<number> {
  const { context, messages, deployments } = options;
  if (!(await isWanted(messages.deploying.cli.askContinue(id), { isSure: yes ?? false, context, messages }))) return 1;
  await deployments.carryOn(id);
  return followDeployment({ ...options, id });
}

async function end({ target, yes }: Decision, { deployments, context, messages }: DecideOptions): Promise<number> {
  const { cli: say } = messages.deploying;
  if (!(await isWanted(say.askEnd(target ?? null), { isSure: yes ?? false, context, messages }))) return 1;
  const { target: name, service, ended } = await deployments.end(target);
  context.output.write(`${ended.length === 0 ? say.nothingToEnd(name) : say.ended(service, name, ended.join(', '))}\n`);
  return 0;
}
