import { prepareText, type TextMatcher } from '../texts/match-text.ts';
import { judge } from './limits.ts';
import type { Rule } from './rule.ts';

export interface MissedExample {
  rule: string;
  type: string;
  list: 'match' | 'noMatch';
  index: number;
  example: string;
}

/** How well a rule tells what it should from what it should not. Null: over nothing. */
export interface Score {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
  /** Of what it matched, how much it should have. */
  precision: number | null;
  /** Of what it should have matched, how much it did. */
  recall: number | null;
}

/** Examples that do not hold. `find`: of text rules. */
export function missedExamples(rule: Rule, find: TextMatcher | null): MissedExample[] {
  const matches = matcherOf(rule, find);
  if (!matches || !('examples' in rule)) return [];
  const { name, type } = rule;
  const missed = (list: 'match' | 'noMatch') =>
    rule.examples[list].flatMap((example, index): MissedExample[] =>
      matches(example) === (list === 'match') ? [] : [{ rule: name, type, list, index, example: String(example) }],
    );
  return [...missed('match'), ...missed('noMatch')];
}

/** Of its examples; null: it has none. */
export function scoreOfExamples(rule: Rule, find: TextMatcher | null): Score | null {
  const matches = matcherOf(rule, find);
  if (!matches || !('examples' in rule)) return null;
  const { match, noMatch } = rule.examples;
  if (match.length + noMatch.length === 0) return null;
  const judged = [
    ...match.map((example) => ({ expected: true, found: matches(example) })),
    ...noMatch.map((example) => ({ expected: false, found: matches(example) })),
  ];
  return scoreOf(judged);
}

export function scoreOf(judged: readonly { expected: boolean; found: boolean }[]): Score {
  const count = (expected: boolean, found: boolean) =>
    judged.filter((one) => one.expected === expected && one.found === found).length;
  const truePositives = count(true, true);
  const falsePositives = count(false, true);
  const falseNegatives = count(true, false);
  const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives: count(false, false),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
  };
}

function matcherOf(rule: Rule, find: TextMatcher | null): ((example: string | number) => boolean) | null {
  if (rule.over === 'text' && find) return (example) => find(prepareText(String(example))).matches.length > 0;
  if (rule.over !== 'measurement') return null;
  const { check, severity } = rule;
  if (check.of === 'silence') return null;
  return (example) => judge(Number(example), check, severity).condition === 'bad';
}
