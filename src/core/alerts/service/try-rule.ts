import { GuardianError } from '../../shared/index.ts';
import type { AlertSeverity } from '../alert.ts';
import { judge } from '../rules/limits.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import { type FoundClause, prepareText } from '../texts/match-text.ts';

/** What a rule would say; nothing is written and nobody is told. */
export interface RuleTrial {
  rule: string;
  type: string;
  /** `none`: the text says nothing of it. */
  condition: 'bad' | 'between' | 'good' | 'none';
  severity: AlertSeverity;
  /** Of texts: what matched, and what said that it was put right. */
  matches: FoundClause[];
  resolved: FoundClause[];
}

/**
 * Tries one rule on a value or a text. Throws `not_found` for a rule that is not there, `payload_invalid` for one that looks at neither, or at the other.
 */
export function tryRule(
  { rules, texts }: RuleSet,
  name: string,
  given: { text: string } | { value: number },
): RuleTrial {
  const rule = rules.find((one) => one.name === name);
  if (!rule) throw new GuardianError('not_found', { path: (m) => m.server.things.rule(name) });
  const { type, severity } = rule;
  const nothing = { rule: name, type, severity, matches: [], resolved: [] };
  if ('text' in given) {
    const find = texts.find((one) => one.rule === rule)?.find;
    if (!find) throw new GuardianError('payload_invalid', { key: 'text', reason: (m) => m.alerts.rules.noTexts(name) });
    const { matches, resolved } = find(prepareText(given.text));
    const condition = matches.length > 0 ? 'bad' : resolved.length > 0 ? 'good' : 'none';
    return { ...nothing, condition, matches, resolved };
  }
  if (rule.over === 'text' || !('check' in rule) || !('bad' in rule.check))
    throw new GuardianError('payload_invalid', { key: 'value', reason: (m) => m.alerts.rules.noValues(name) });
  return { ...nothing, ...pick(judge(given.value, rule.check, severity)) };
}

const pick = ({ condition, severity }: ReturnType<typeof judge>) => ({ condition, severity });
