import type { DeploymentDetail, deployReply } from '../contracts/api/deployments.ts';
import type { Messages } from '../core/shared/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';
import { INTERRUPTED } from './context.ts';
import type { Deployments } from './deployments-of.ts';

type Plan = (typeof deployReply)['_output']['plan'];

const LOOK_MS = 500;
/** It went back, or never went live. */
const WENT_BACK = 1;
/** It waits for a person: ask again later. */
const HELD = 75;

/** What would be done, before it is. */
export function planLines(plan: Plan, { deploying }: Messages): string[] {
  const { cli: say, colon } = deploying;
  const rows: [string, string][] = [
    [say.target, `${plan.target} (${plan.service})`],
    [say.revision, plan.revision],
    ...(plan.buildId === 0 ? [] : ([[say.build, String(plan.buildId)]] as [string, string][])),
    [say.now, plan.previousRevision ?? say.first],
    [say.steps, plan.steps.map((percent) => `${percent} %`).join(' → ')],
    [say.checks, plan.checks.join(', ')],
  ];
  const difference = plan.difference.map(({ setting, kind, before, after }) => {
    const shown =
      before === null && after === null ? say.hidden : [before, after].filter((one) => one !== null).join(' → ');
    return `    ${setting}${colon}${say.kinds[kind]} (${shown})`;
  });
  return [
    say.plan,
    ...rows.map(([name, value]) => `  ${name}${colon}${value}`),
    `  ${say.difference}${colon}${difference.length === 0 ? say.same : ''}`.trimEnd(),
    ...difference,
  ];
}

/** Asks on the terminal; without one, `--yes` is what is asked for. */
export async function isWanted(
  question: string,
  { isSure, context, messages }: { isSure: boolean; context: CommandContext; messages: Messages },
): Promise<boolean> {
  if (isSure) return true;
  const { needsYes, refused } = messages.deploying.cli;
  if (process.stdin.isTTY !== true || !context.output.isTerminal)
    throw new GuardianError('usage_invalid', { reason: needsYes });
  const { createInterface } = await import('node:readline/promises');
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await asking.question(question, { signal: context.signal });
    if (/^(?:y|yes|o|oui)$/i.test(answer.trim())) return true;
  } finally {
    asking.close();
  }
  context.output.write(`${refused}\n`);
  return false;
}

export interface FollowOptions {
  deployments: Deployments;
  id: string;
  context: CommandContext;
  messages: Messages;
}

/** Line by line what is done, with the numbers, until it is over or held; the server watches a promoted one by itself. Gives the exit status. */
export async function followDeployment({ deployments, id, context, messages }: FollowOptions): Promise<number> {
  const { cli: say } = messages.deploying;
  const print = (line: string) => context.output.write(`${line}\n`);
  const { oneLine } = await import('../core/reports/index.ts');
  const { setTimeout: pause } = await import('node:timers/promises');
  print(say.begun(id));
  const news = newsOf(deployments.isHere, messages);
  for (;;) {
    const seen = await deployments.get(id);
    for (const line of news(seen)) print(oneLine(line));
    const status = statusOf(seen, deployments.isHere);
    if (status !== null) {
      for (const line of endLines(seen, messages)) print(oneLine(line));
      return status;
    }
    try {
      await pause(LOOK_MS, undefined, { signal: context.signal });
    } catch {
      print(say.left(id));
      return INTERRUPTED;
    }
  }
}

/** What was not said yet. */
function newsOf(isHere: boolean, { deploying: { cli: say } }: Messages): (seen: DeploymentDetail) => string[] {
  const shown = new Map<number, string>();
  let isWatchTold = false;
  return ({ log, state, watchedUntil, rollbackCommand }) => {
    const lines: string[] = [];
    for (const [index, { at, text }] of log.entries()) {
      // A row is written before it is done, and again when it is.
      if (shown.get(index) !== text) lines.push(`${at}  ${text}`);
      shown.set(index, text);
    }
    if (state !== 'watching' || isWatchTold) return lines;
    isWatchTold = true;
    lines.push(say.watched(watchedUntil ?? ''));
    if (rollbackCommand !== '') lines.push(say.goBack(rollbackCommand));
    if (isHere) lines.push(say.stays);
    return lines;
  };
}

function statusOf({ state }: DeploymentDetail, isHere: boolean): number | null {
  switch (state) {
    case 'promoted':
      return 0;
    case 'watching':
      return isHere ? null : 0;
    case 'rolled back':
    case 'failed':
      return WENT_BACK;
    case 'holding':
      return HELD;
    default:
      return null;
  }
}

function endLines(
  { state, reason, previousRevision, rollbackCommand }: DeploymentDetail,
  { deploying }: Messages,
): string[] {
  const { cli: say } = deploying;
  const because = reason === null ? [] : [reason];
  switch (state) {
    case 'promoted':
      return [say.promoted, ...(rollbackCommand === '' ? [] : [say.goBack(rollbackCommand)])];
    case 'rolled back':
      return [say.rolledBack, ...because, ...(previousRevision === null ? [] : [say.wentBack(previousRevision)])];
    case 'failed':
      return [say.failed, ...because];
    case 'holding':
      return [say.held, ...because];
    default:
      return [];
  }
}
