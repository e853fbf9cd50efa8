import type { Observation } from '../alert.ts';
import type { UsageReader } from '../ports.ts';
import { fillDescription } from '../rules/fill-description.ts';
import { judge, thresholdText } from '../rules/limits.ts';
import type { UsageRule } from '../rules/rule.ts';
import type { AlertWords } from '../words.ts';
import type { Look } from './look.ts';
import { observationOf } from './observation-of.ts';

/** Usage of the watched services within the rule's time; of a service that had none it is 0. */
export async function observeUsage(rule: UsageRule, context: Context & { reader: UsageReader }): Promise<Look> {
  const { of, withinMs } = rule.check;
  const { reader, at } = context;
  const rows = await reader.usage({ of, from: at - withinMs, to: at, projectId: rule.projectId });
  return {
    observations: rows
      .filter(({ service }) => rule.services.length === 0 || rule.services.includes(service))
      .map(({ service, projectId, value }) => observeOne(rule, service, projectId, { ...context, value })),
    isWhole: true,
    missing: async ({ id }, projectId) => observeOne(rule, id, projectId, { ...context, value: 0 }),
  };
}

interface Context {
  at: number;
  words: AlertWords;
}

function observeOne(
  rule: UsageRule,
  service: string,
  projectId: number | null,
  { at, words, value }: Context & { value: number },
): Observation {
  const { condition, severity, bounds } = judge(value, rule.check, rule.severity);
  const threshold = thresholdText(bounds, null, words);
  const shown = words.number(value);
  const facts = { subject: service, value: shown, threshold, labels: {}, unknown: words.unknown };
  return observationOf(rule, { kind: 'service', id: service, name: service, labels: { service } }, projectId, {
    ...{ at, condition, severity, value, threshold },
    description:
      rule.description === null
        ? words.measured({ measurement: rule.check.of, subject: service, value: shown, threshold })
        : fillDescription(rule.description, facts),
    isCurrent: true,
  });
}
