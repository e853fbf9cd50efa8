import type { Observation } from '../alert.ts';
import type { ErrorCount, ErrorReader } from '../ports.ts';
import type { EventRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import type { Look } from './look.ts';
import { observationOf } from './observation-of.ts';

/**
 * What came within so long is news at a look: several looks see it, so that one that failed misses nothing; more of it joins the alert that they
 * raised.
 */
const NEWS_MS = 2 * 60_000;

type Check = Exclude<EventRule['check'], { of: 'unsealed' }>;

interface Context {
  reader: ErrorReader;
  at: number;
  words: Sayings;
}

/**
 * Errors of a service in any stretch of event time of the rule's length that holds something new: bad at the threshold, whatever logger or node they
 * are of. Good again, and thus resolved, once the stretch before now holds none. A stretch that ended before that is one of a replay, and marked late.
 */
export async function observeEvents(rule: EventRule, check: Check, { reader, at, words }: Context): Promise<Look> {
  const { withinMs } = check;
  const counts = await reader.errors({ seenFrom: at - NEWS_MS, from: at - withinMs, withinMs });
  const services = Map.groupBy(counts, ({ projectId, service }) => `${projectId} ${service}`);
  const quiet = (service: string, projectId: number | null) =>
    observationOf(rule, subjectOf(service), projectId, { at, condition: 'good', description: '', isCurrent: true });
  return {
    observations: [...services.values()].map((own) => observeOne(rule, check, own, { at, words })),
    isWhole: true,
    missing: async ({ id }, projectId) => quiet(id, projectId),
  };
}

function observeOne(
  rule: EventRule,
  { of, withinMs, atLeast }: Check,
  counts: ErrorCount[],
  { at, words }: Pick<Context, 'at' | 'words'>,
): Observation {
  const { projectId, service } = counts[0]!;
  const counted = counts
    .map((one) => ({
      at: one.at,
      count: of === 'errors' ? one.errors : one.criticals,
      isNew: one.seenAt >= at - NEWS_MS,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.at - b.at);
  const fullest = fullestStretch(counted, withinMs);
  const now = counted.reduce((sum, one) => (one.at > at - withinMs ? sum + one.count : sum), 0);
  const isBad = fullest !== null && fullest.count >= atLeast;
  const isLate = isBad && fullest.to <= at - withinMs;
  const value = isBad ? fullest.count : now;
  return observationOf(rule, subjectOf(service), projectId, {
    at,
    condition: isBad ? 'bad' : now > 0 ? 'between' : 'good',
    value,
    threshold: words.bound('from', words.number(atLeast)),
    description: words.errorsOfService({
      service,
      value: words.number(value),
      of,
      within: words.span(withinMs),
      isLate,
    }),
    evidence: isBad ? { from: fullest.from, to: fullest.to, isLate } : null,
    isCurrent: true,
  });
}

interface Counted {
  at: number;
  count: number;
  isNew: boolean;
}

interface Stretch {
  count: number;
  from: number;
  to: number;
}

/** The stretch shorter than `withinMs` with the most of them, among those that hold something new; the newest of equals. */
function fullestStretch(counted: readonly Counted[], withinMs: number): Stretch | null {
  let fullest: Stretch | null = null;
  let first = 0;
  let count = 0;
  let news = 0;
  for (const last of counted) {
    count += last.count;
    if (last.isNew) news++;
    for (; last.at - counted[first]!.at >= withinMs; first++) {
      count -= counted[first]!.count;
      if (counted[first]!.isNew) news--;
    }
    if (news > 0 && (fullest === null || count >= fullest.count))
      fullest = { count, from: counted[first]!.at, to: last.at };
  }
  return fullest;
}

function subjectOf(service: string) {
  return { kind: 'service', id: service, name: service, labels: { service } };
}
