import type { DeploymentDetail } from '../../contracts/api/deployments.ts';
import type { DeploymentStep } from '../../core/deploy/index.ts';
import { factsInWords } from '../../core/deploy/ports.ts';
import { chanceInWords, type Messages, toInstant } from '../../core/shared/index.ts';

/** One row of a deployment, in people's words, with the numbers it rests on. */
export function logLine(row: DeploymentStep, messages: Messages): DeploymentDetail['log'][number] {
  const { kind, state, intendedAt, endedAt } = row;
  const text = textOf(row, messages);
  const { log } = messages.deploying;
  return {
    at: toInstant(endedAt ?? intendedAt),
    step: kind,
    text: state === 'intended' ? log.intended(text) : isBroken(row) ? log.failed(text) : text,
    isProblem: state === 'failed' || kind === 'hold' || kind === 'rollback',
  };
}

/** A check, a look or access that found something bad says so itself. */
function isBroken({ kind, state }: DeploymentStep): boolean {
  return state === 'failed' && kind !== 'check' && kind !== 'judge' && kind !== 'access';
}

function textOf({ kind, detail }: DeploymentStep, messages: Messages): string {
  const { deploy, deploying } = messages;
  const { log } = deploying;
  const revision = String(detail.revision ?? '');
  switch (kind) {
    case 'create':
      return log.create(revision);
    case 'check':
      return log.check(
        nameOf(detail.name, deploy.checks),
        `${nameOf(detail.outcome, deploy.outcomes)}${factsOf(detail, ['name', 'outcome'], messages)}`,
      );
    case 'traffic':
      return log.traffic(String(detail.percent), revision);
    case 'judge':
      return log.judge(
        String(detail.percent),
        `${nameOf(detail.verdict, deploy.verdicts)}${numbersOf(detail, deploying.numbers)}`,
      );
    case 'hold':
      return log.hold(nameOf(detail.reason, deploy.reasons));
    case 'promote':
      return log.promote(revision);
    case 'rollback':
      return `${log.rollback(revision)}${detail.reason ? `. ${nameOf(detail.reason, deploy.reasons)}` : ''}`;
    case 'retire':
      return log.retire(revision);
    case 'access':
      return `${log.access()}${factsOf(detail, [], messages)}`;
    default:
      return kind satisfies never;
  }
}

function nameOf(value: unknown, names: Readonly<Record<string, string>>): string {
  const text = String(value ?? '');
  return Object.hasOwn(names, text) ? names[text]! : text;
}

function factsOf(detail: DeploymentStep['detail'], without: readonly string[], messages: Messages): string {
  const shown = Object.fromEntries(Object.entries(detail).filter(([name]) => !without.includes(name)));
  const facts = factsInWords(shown, messages);
  return facts === '' ? '' : ` (${facts})`;
}

function numbersOf(detail: DeploymentStep['detail'], say: Messages['deploying']['numbers']): string {
  const { newErrors, newRequests, oldErrors, oldRequests, errorP, latencyShift, latencyShiftMs, latencyP } = detail;
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const p = (value: unknown) => {
    const chance = number(value);
    if (chance === null) return '';
    const said = chanceInWords(chance);
    return said.startsWith('<') ? `, p ${said}` : `, p = ${said}`;
  };
  const parts: string[] = [];
  if (number(newRequests) !== null) {
    const fresh = say.errors(number(newErrors) ?? 0, number(newRequests)!);
    const old = say.errors(number(oldErrors) ?? 0, number(oldRequests) ?? 0);
    parts.push(`${fresh} / ${old}${p(errorP)}`);
  }
  const shift = number(latencyShift);
  if (shift !== null)
    parts.push(`${say.slower((100 * shift).toFixed(1), number(latencyShiftMs)?.toFixed(1) ?? null)}${p(latencyP)}`);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}
