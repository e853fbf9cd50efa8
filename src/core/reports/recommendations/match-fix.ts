import type { Exception } from '../../events/index.ts';
import { lastNamePart } from '../last-name-part.ts';
import { FIX_CATALOGUE, type FixName, type FixRule } from './fix-catalogue.ts';

const MESSAGE_CHARACTERS = 2_000;

/** The fix that fits a chain (raised first), looked for from its root cause outward; null when the catalogue has none. */
export function matchFix(exceptions: readonly Exception[]): FixName | null {
  const onChain = exceptions.filter(({ relation }) => relation !== 'suppressed');
  for (const exception of onChain.toReversed()) {
    const rule = FIX_CATALOGUE.find((candidate) => fits(candidate, exception));
    if (rule) return rule.fix;
  }
  return null;
}

function fits(rule: FixRule, { type, message, language }: Exception): boolean {
  if (language !== null && !rule.languages.includes(language)) return false;
  const name = type === null ? null : lastNamePart(type);
  if (rule.types !== null && (name === null || !rule.types.includes(name))) return false;
  if (!rule.message) return true;
  return rule.message.test(`${type ?? ''}: ${message ?? ''}`.slice(0, MESSAGE_CHARACTERS));
}
