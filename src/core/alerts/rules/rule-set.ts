import { GuardianError, messagesFor, sayingsOf, type Worded } from '../../shared/index.ts';
import { compileTextRule, type TextMatcher } from '../texts/match-text.ts';
import { BUILT_IN_TYPES, CANNOT_LOOK_RULE, GUARDIAN_RULES, POSTED_RULE } from './built-in.ts';
import { checkDescription } from './check-description.ts';
import { checkLimits } from './check-limits.ts';
import { missedExamples } from './examples.ts';
import type { MeasurementRule, Rule, TextRule } from './rule.ts';

export interface CompiledTextRule {
  rule: TextRule;
  find: TextMatcher;
}

/** Rules that were checked: every one of them can be looked with. */
export interface RuleSet {
  /** The configured ones, then Guardian's own. */
  rules: readonly Rule[];
  /** What alerts may be: those that are declared, and Guardian's own. */
  types: ReadonlySet<string>;
  /** Those over values of that name. */
  measurements: ReadonlyMap<string, readonly MeasurementRule[]>;
  texts: readonly CompiledTextRule[];
}

export interface RuleSetOptions {
  rules: readonly Rule[];
  /** Declared types, besides Guardian's own. */
  types: readonly string[];
  /** Further rules of Guardian's own. */
  own?: readonly Rule[];
  /** Whether an example that does not hold refuses the rule; true. Those who show all of them say false. */
  runsExamples?: boolean;
}

const say = sayingsOf(messagesFor('en').declarations.rules, 'declarations.rules');

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const TYPE = /^[A-Z][A-Z0-9_]{1,63}$/;
/** Over all texts and patterns the work is bounded: each pattern walks a text once. */
const MOST_PATTERNS = 200;

/**
 * Checks rules and makes them ready. Throws `configuration_invalid` with the key of what is wrong: a name that is taken, a type that is not declared,
 * bounds that contradict each other, a pattern that cannot be understood, an example that does not hold.
 */
export function createRuleSet({ rules, types, own = [], runsExamples = true }: RuleSetOptions): RuleSet {
  const declared = declaredTypes(types);
  const taken = new Set([POSTED_RULE, CANNOT_LOOK_RULE, ...[...own, ...GUARDIAN_RULES].map(({ name }) => name)]);
  const texts: CompiledTextRule[] = [];
  const measurements = new Map<string, MeasurementRule[]>();
  rules.forEach((rule, index) => {
    const key = `rules[${index}] (${rule.name})`;
    checkBase(rule, { key, taken, declared });
    taken.add(rule.name);
    switch (rule.over) {
      case 'text':
        texts.push(compile(rule, key));
        break;
      case 'measurement':
        measurements.set(rule.measurement, [...(measurements.get(rule.measurement) ?? []), rule]);
        break;
      case 'jobs':
        if (rule.check.of === 'record-errors' && rule.check.per === '') refuse(`${key}.per`, say.noPer);
        break;
      case 'issues':
      case 'usage':
      case 'events':
      case 'guardian':
        break;
      default:
        rule satisfies never;
    }
    if ('check' in rule && 'bad' in rule.check) checkLimits(rule.check, `${key}`);
    if (runsExamples) checkExamples(rule, key, texts.at(-1));
  });
  return { rules: [...rules, ...own, ...GUARDIAN_RULES], types: declared, measurements, texts };
}

/** What alerts may be. Throws `configuration_invalid` for a name that is none. */
function declaredTypes(types: readonly string[]): ReadonlySet<string> {
  types.forEach((type, index) => {
    if (!TYPE.test(type)) refuse(`alertTypes[${index}]`, say.noType(type));
  });
  return new Set([...types, ...BUILT_IN_TYPES]);
}

function checkBase(
  rule: Rule,
  { key, taken, declared }: { key: string; taken: ReadonlySet<string>; declared: ReadonlySet<string> },
): void {
  if (!NAME.test(rule.name)) refuse(`${key}.name`, say.noName);
  if (taken.has(rule.name)) refuse(`${key}.name`, say.nameTaken);
  if (!declared.has(rule.type)) {
    refuse(`${key}.type`, say.undeclared(rule.type), say.undeclaredRemedy([...declared].join(', ')));
  }
  const { forMs, badCount, goodCount } = rule.damping;
  if (!(forMs >= 0) || !isCount(badCount) || !isCount(goodCount)) refuse(`${key}.for`, say.damping);
  if (rule.description !== null) checkDescription(rule.description, (reason) => refuse(`${key}.description`, reason));
}

const isCount = (value: number) => Number.isInteger(value) && value >= 1;

function compile(rule: TextRule, key: string): CompiledTextRule {
  const lists = ['any', 'context', 'unless', 'resolution'] as const;
  if (rule.any.length === 0) refuse(`${key}.any`, say.noPattern);
  if (lists.reduce((sum, list) => sum + rule[list].length, 0) > MOST_PATTERNS)
    refuse(key, say.manyPatterns(MOST_PATTERNS));
  try {
    return { rule, find: compileTextRule(rule) };
  } catch (cause) {
    if (cause instanceof SyntaxError) refuse(key, cause.message);
    throw cause;
  }
}

function checkExamples(rule: Rule, key: string, compiled: CompiledTextRule | undefined): void {
  const [missed] = missedExamples(rule, compiled?.rule === rule ? compiled.find : null);
  if (!missed) return;
  const { list, index, example } = missed;
  refuse(
    `${key}.examples.${list}[${index}]`,
    list === 'match' ? say.missesExample(example) : say.matchesExample(example),
    say.exampleRemedy,
  );
}

function refuse(key: string, reason: Worded, remedy?: Worded): never {
  throw new GuardianError('configuration_invalid', { key, reason, ...(remedy ? { remedy } : {}) });
}
