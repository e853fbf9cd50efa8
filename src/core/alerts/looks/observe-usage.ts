import type { Observation } from '../alert.ts';
import type { UsageReader } from '../ports.ts';
import { judge, thresholdOf } from '../rules/limits.ts';
import type { Limits, UsageRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import type { Look } from './look.ts';
import { observationOf } from './observation-of.ts';
import { observeUserErrors } from './observe-user-errors.ts';

interface Context {
  at: number;
  words: Sayings;
  reader: UsageReader;
}

/** Usage of the watched services within the rule's time; of a service that had none it is 0. */
export async function observeUsage(rule: UsageRule, context: Context): Promise<Look> {
  const { check } = rule;
  if (check.of === 'errors-of-user') return observeUserErrors(rule, check, context);
  const { reader, at } = context;
  const window = { from: at - check.withinMs, to: at };
  const rows =
    check.of === 'error-rate'
      ? (await reader.errorRates(window)).map((rate) => ({ ...rate, ...rateOf(rate, check.atLeast) }))
      : (await reader.usage({ of: check.of, ...window, projectId: rule.projectId })).map((row) => ({
          ...row,
          requests: null,
          errors: 0,
        }));
  return {
    observations: rows
      .filter(({ service }) => rule.services.length === 0 || rule.services.includes(service))
      .map((row) => observeOne(rule, check, row, context)),
    isWhole: true,
    missing: async ({ id }, projectId) =>
      observeOne(rule, check, { service: id, projectId, value: 0, requests: null, errors: 0 }, context),
  };
}

/** Per cent; 0 where there are too few requests to say anything by. */
function rateOf({ requests, errors }: { requests: number; errors: number }, atLeast: number): { value: number } {
  return { value: requests < Math.max(1, atLeast) ? 0 : (errors / requests) * 100 };
}

interface Row {
  service: string;
  projectId: number | null;
  value: number;
  /** Null: it is no rate. */
  requests: number | null;
  errors: number;
}

type ServiceCheck = Exclude<UsageRule['check'], { of: 'errors-of-user' }> & Limits;

function observeOne(
  rule: UsageRule,
  check: ServiceCheck,
  { service, projectId, value, requests, errors }: Row,
  { at, words }: Context,
): Observation {
  const unit = check.of === 'error-rate' ? '%' : null;
  const { condition, severity, bounds } = judge(value, check, rule.severity);
  const threshold = thresholdOf(bounds, unit, words);
  const shown = words.valueOf(check.of === 'error-rate' ? Math.round(value * 10) / 10 : value, unit);
  const facts = { subject: service, value: shown, threshold, labels: {} };
  const own =
    check.of === 'error-rate' && requests !== null
      ? words.errorRate({ service, value: shown, errors, requests, within: words.span(check.withinMs), threshold })
      : words.measured({ measurement: check.of, subject: service, value: shown, threshold });
  return observationOf(rule, { kind: 'service', id: service, name: service, labels: { service } }, projectId, {
    ...{ at, condition, severity, value, unit, threshold },
    description: rule.description === null ? own : words.filled(rule.description, facts),
    evidence: requests === null ? null : { requests, errors },
    isCurrent: true,
  });
}
