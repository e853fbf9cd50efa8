import type { Configuration } from '../../config/index.ts';
import type {
  Bound,
  IssueRule,
  JobRule,
  Limits,
  MeasurementRule,
  Rule,
  RuleBase,
  TextRule,
  UsageRule,
} from '../../core/alerts/index.ts';
import { GuardianError } from '../../core/shared/index.ts';

type Given = Configuration['rules'][number];
type GivenBounds = {
  below?: number | undefined;
  above?: number | undefined;
  from?: number | undefined;
  upTo?: number | undefined;
};
type GivenLimits = GivenBounds & {
  clear: GivenBounds;
  tiers: readonly (GivenBounds & { severity: RuleBase['severity'] })[];
};

/** The rules of the configuration as the alerts know them. Throws `configuration_invalid` where one says nothing. */
export function declaredRules({ rules }: Configuration): Rule[] {
  return rules.map((given, index) => {
    const found =
      measurementRule(given, `rules[${index}].measurement`) ??
      textRule(given) ??
      issueRule(given, `rules[${index}].issues`) ??
      jobRule(given, `rules[${index}].jobs`) ??
      usageRule(given, `rules[${index}].usage`);
    if (found) return found;
    throw new GuardianError('configuration_invalid', {
      key: `rules[${index}]`,
      reason: (m) => m.declarations.rules.nothing,
    });
  });
}

function baseOf({ name, type, severity, description, advice, for: forMs, badCount, goodCount }: Given): RuleBase {
  return { name, type, severity, description, advice, projectId: null, damping: { forMs, badCount, goodCount } };
}

function boundsOf({ below, above, from, upTo }: GivenBounds): Bound[] {
  const given = { below, above, from, 'up-to': upTo };
  return Object.entries(given).flatMap(([is, value]) =>
    value === undefined ? [] : [{ is: is as Bound['is'], value }],
  );
}

function limitsOf(given: GivenLimits, key: string): Limits {
  const bad = boundsOf(given);
  const tiers = given.tiers.flatMap((tier) => boundsOf(tier).map((bound) => ({ ...bound, severity: tier.severity })));
  if (bad.length === 0 && tiers.length === 0)
    throw new GuardianError('configuration_invalid', { key, reason: (m) => m.declarations.rules.noBound });
  return { bad, clear: boundsOf(given.clear), tiers };
}

function measurementRule(given: Given, key: string): MeasurementRule | null {
  if (!given.measurement) return null;
  const { name, subjectKind, labels, unit, value, change, silentFor, examples } = given.measurement;
  const checks: MeasurementRule['check'][] = [];
  if (value) checks.push({ of: 'value', ...limitsOf(value, `${key}.value`) });
  if (change)
    checks.push({ of: 'change', withinMs: change.within, as: change.as, ...limitsOf(change, `${key}.change`) });
  if (silentFor !== undefined) checks.push({ of: 'silence', afterMs: silentFor });
  const [check] = checks;
  if (!check || checks.length > 1)
    throw new GuardianError('configuration_invalid', { key, reason: (m) => m.declarations.rules.oneCheck });
  return { ...baseOf(given), over: 'measurement', measurement: name, subjectKind, labels, unit, check, examples };
}

function textRule(given: Given): TextRule | null {
  if (!given.text) return null;
  const { oldest, ...rest } = given.text;
  return { ...baseOf(given), over: 'text', ...rest, oldestMs: oldest };
}

function issueRule(given: Given, key: string): IssueRule | null {
  if (!given.issues) return null;
  const { of, within: withinMs, services } = given.issues;
  const check: IssueRule['check'] =
    of === 'regression'
      ? { of }
      : of === 'opened'
        ? { of, withinMs }
        : { of, withinMs, ...limitsOf(given.issues, key) };
  return { ...baseOf(given), over: 'issues', services, check };
}

function jobRule(given: Given, key: string): JobRule | null {
  if (!given.jobs) return null;
  const { of, jobs, after, per } = given.jobs;
  const check: JobRule['check'] =
    of === 'never-ran'
      ? { of, afterMs: after }
      : of === 'record-errors'
        ? { of, per, ...limitsOf(given.jobs, key) }
        : { of, ...limitsOf(given.jobs, key) };
  return { ...baseOf(given), over: 'jobs', jobs, check };
}

function usageRule(given: Given, key: string): UsageRule | null {
  if (!given.usage) return null;
  const { of, within: withinMs, services } = given.usage;
  return { ...baseOf(given), over: 'usage', services, check: { of, withinMs, ...limitsOf(given.usage, key) } };
}
