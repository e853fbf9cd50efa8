import type { ErrorReader, UnsealedCount } from '../ports.ts';
import type { EventRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import type { Look } from './look.ts';
import { observationOf } from './observation-of.ts';

type Check = Extract<EventRule['check'], { of: 'unsealed' }>;

/** Services whose clients could not seal: nothing left them in clear, and what they should have sealed is lost until somebody looks. */
export async function observeUnsealed(
  rule: EventRule,
  { withinMs }: Check,
  { reader, at, words }: { reader: Pick<ErrorReader, 'unsealed'>; at: number; words: Sayings },
): Promise<Look> {
  const counts = await reader.unsealed({ from: at - withinMs });
  const observe = (service: string, projectId: number | null, own: readonly UnsealedCount[]) => {
    const value = own.reduce((sum, { count }) => sum + count, 0);
    const reasons = [...new Set(own.map(({ reason }) => reason))].sort();
    return observationOf(rule, { kind: 'service', id: service, name: service, labels: { service } }, projectId, {
      at,
      condition: value > 0 ? 'bad' : 'good',
      value,
      description: words.unsealed({ service, value: words.number(value), within: words.span(withinMs), reasons }),
      advice: words.unsealedAdvice,
      evidence: value > 0 ? { reasons } : null,
      isCurrent: true,
    });
  };
  const services = Map.groupBy(counts, ({ projectId, service }) => `${projectId} ${service}`);
  return {
    observations: [...services.values()].map((own) => observe(own[0]!.service, own[0]!.projectId, own)),
    isWhole: true,
    missing: async ({ id }, projectId) => observe(id, projectId, []),
  };
}
