import type { Observation } from '../alert.ts';
import type { UsageReader } from '../ports.ts';
import type { UsageRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import type { Look } from './look.ts';
import { observationOf } from './observation-of.ts';

type Check = Extract<UsageRule['check'], { of: 'errors-of-user' }>;
type Found = Awaited<ReturnType<UsageReader['usersWithErrors']>>[number];

/**
 * Each user with too many errors within the rule's time. A look comes after the error that made them too many: so the time before that error is looked
 * at too, and none is missed because the first of them had become too old by then.
 */
export async function observeUserErrors(
  rule: UsageRule,
  check: Check,
  { reader, at, words }: { reader: UsageReader; at: number; words: Sayings },
): Promise<Look> {
  const { withinMs, count } = check;
  // Clocks of senders may be a little ahead: an error of the next minute is one.
  const found = await reader.usersWithErrors({
    ...{ from: at - 2 * withinMs, to: at + AHEAD_MS, atLeast: count, withinMs },
  });
  const isBad = ({ stillAt }: Found) => stillAt > at - withinMs;
  const observe = (user: string, bad: Found | null): Observation => {
    const threshold = words.bound('from', words.number(count));
    const facts = {
      subject: user,
      value: words.number(bad?.errors ?? 0),
      threshold,
      labels: {},
    };
    const { service = '', endpoint = '' } = bad ?? {};
    const own = words.errorsOfUser({ user, errors: bad?.errors ?? 0, within: words.span(withinMs), service, endpoint });
    const labels: Record<string, string> = bad ? { service } : {};
    // Of no project: one user is one alert, wherever the errors were.
    return observationOf(rule, { kind: 'user', id: user, name: user, labels }, null, {
      ...{ at, condition: bad ? 'bad' : 'good', value: bad?.errors ?? 0, threshold },
      description: rule.description === null ? own : words.filled(rule.description, facts),
      evidence: bad && { endpoint, service, reachedAt: bad.reachedAt, lastAt: bad.lastAt },
      isCurrent: true,
    });
  };
  const concerned = found.filter(
    (one) => isBad(one) && (rule.services.length === 0 || rule.services.includes(one.service)),
  );
  return {
    observations: concerned.map((one) => observe(one.user, one)),
    isWhole: true,
    missing: async ({ id }) => observe(id, null),
  };
}

const AHEAD_MS = 60_000;
