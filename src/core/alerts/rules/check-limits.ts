import { GuardianError } from '../../shared/index.ts';
import { holds } from './limits.ts';
import type { Limits } from './rule.ts';

type LimitFault = 'oneBound' | 'numbers' | 'allBad' | 'tierOfGood' | 'clearAndBad' | 'neverClear';

/** Throws `configuration_invalid` for bounds that make no sense together. */
export function checkLimits({ bad, clear, tiers }: Limits, key: string): void {
  const refuse = (part: string, fault: LimitFault): never => {
    throw new GuardianError('configuration_invalid', {
      key: `${key}.${part}`,
      reason: (m) => m.declarations.rules[fault],
    });
  };
  if (bad.length + tiers.length === 0) refuse('bad', 'oneBound');
  const all = [...bad, ...clear, ...tiers];
  if (!all.every(({ value }) => Number.isFinite(value))) refuse('bad', 'numbers');
  const values = samples(all.map(({ value }) => value));
  const isBad = (value: number) => (bad.length > 0 ? bad : tiers).some((bound) => holds(bound, value));
  const isClear = (value: number) => clear.every((bound) => holds(bound, value));
  if (values.every(isBad)) refuse('bad', 'allBad');
  if (tiers.some((tier) => values.some((value) => holds(tier, value) && !isBad(value)))) refuse('tiers', 'tierOfGood');
  if (clear.length === 0) return;
  if (values.some((value) => isClear(value) && isBad(value))) refuse('clear', 'clearAndBad');
  if (!values.some(isClear)) refuse('clear', 'neverClear');
}

/** Each bound, both its sides, and what lies between and beyond: there every combination of bounds that exists is seen. */
function samples(values: readonly number[]): number[] {
  const sorted = [...new Set(values)].toSorted((a, b) => a - b);
  const between = sorted.slice(1).map((value, index) => (value + sorted[index]!) / 2);
  const far = 1 + Math.abs(sorted.at(-1)! - sorted[0]!);
  return [sorted[0]! - far, ...sorted, ...between, sorted.at(-1)! + far];
}
