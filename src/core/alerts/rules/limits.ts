import type { Sentence } from '../../shared/index.ts';
import { ALERT_SEVERITIES, type AlertSeverity, type Observation } from '../alert.ts';
import type { Sayings } from '../sayings.ts';
import type { Bound, Limits } from './rule.ts';

export function holds({ is, value: limit }: Bound, value: number): boolean {
  switch (is) {
    case 'below':
      return value < limit;
    case 'above':
      return value > limit;
    case 'from':
      return value >= limit;
    case 'up-to':
      return value <= limit;
    default:
      return is satisfies never;
  }
}

export interface Judgement {
  condition: Exclude<Observation['condition'], 'unknown'>;
  severity: AlertSeverity;
  /** The bounds that make it so; where it is not bad, those that would. */
  bounds: readonly Bound[];
}

/** Where a value stands: bad at once past its bound, good only past the clear threshold, and in between neither. */
export function judge(value: number, { bad, clear, tiers }: Limits, severity: AlertSeverity): Judgement {
  // Numbers that are none (NaN) hold against no bound: the callers give them as unknown.
  const tier = tiers
    .filter((one) => holds(one, value))
    .toSorted((a, b) => ALERT_SEVERITIES.indexOf(b.severity) - ALERT_SEVERITIES.indexOf(a.severity))[0];
  const passed = bad.filter((bound) => holds(bound, value));
  if (tier || passed.length > 0) {
    const gravest = tier ? worse(tier.severity, severity) : severity;
    return {
      condition: 'bad',
      severity: gravest,
      bounds: tier && (gravest === tier.severity || passed.length === 0) ? [tier] : passed,
    };
  }
  const isClear = clear.every((bound) => holds(bound, value));
  return { condition: isClear ? 'good' : 'between', severity, bounds: bad.length > 0 ? bad : tiers };
}

function worse(a: AlertSeverity, b: AlertSeverity): AlertSeverity {
  return ALERT_SEVERITIES.indexOf(a) >= ALERT_SEVERITIES.indexOf(b) ? a : b;
}

/** "below 35 % or above 70 %" */
export function thresholdOf(bounds: readonly Bound[], unit: string | null, words: Sayings): Sentence {
  return words.anyOf(bounds.map(({ is, value }) => words.bound(is, words.valueOf(value, unit))));
}
