import type { LookState, Observation } from '../alert.ts';

export interface NextLook {
  look: LookState;
  /** Of the look, never before the last one. */
  at: number;
  /** Bad for long enough, often enough in a row. */
  isHeld: boolean;
  /** Good often enough in a row. */
  isCleared: boolean;
}

/** How a rule stands towards a subject after a look. Null: the look is older than the last one, or the same again, and changes nothing. */
export function nextLook(observation: Observation, before: LookState | null): NextLook | null {
  const { damping, dedupeKey, isTimeOnly } = observation;
  if (isTimeOnly ? before === null : before !== null && !observation.isCurrent && isRepeatOrLate(observation, before))
    return null;
  const known = before ?? { ...NEVER_LOOKED, dedupeKey };
  const at = Math.max(observation.at, known.lastLookAt);
  const look = { ...lookAfter(observation, known, at), lastLookAt: isTimeOnly ? known.lastLookAt : at };
  const { badSince, badCount, goodCount } = look;
  return {
    look,
    at,
    isHeld: badSince !== null && badCount >= damping.badCount && at - badSince >= damping.forMs,
    isCleared: goodCount >= damping.goodCount,
  };
}

function lookAfter({ condition, isTimeOnly }: Observation, known: LookState, at: number): LookState {
  const one = isTimeOnly ? 0 : 1;
  const anew = { badSince: null, badCount: 0, goodCount: 0, unknownCount: 0 };
  switch (condition) {
    // Not knowing breaks no row, and makes none.
    case 'unknown':
      return { ...known, unknownCount: known.unknownCount + one };
    case 'bad':
      return { ...known, ...anew, badSince: known.badSince ?? at, badCount: known.badCount + one };
    case 'between':
      return { ...known, ...anew };
    case 'good':
      return { ...known, ...anew, goodCount: known.goodCount + one };
    default:
      return condition satisfies never;
  }
}

const NEVER_LOOKED: Omit<LookState, 'dedupeKey'> = {
  badSince: null,
  badCount: 0,
  goodCount: 0,
  unknownCount: 0,
  lastLookAt: Number.NEGATIVE_INFINITY,
};

/** Of one instant only another finding is news. */
function isRepeatOrLate(observation: Observation, before: LookState): boolean {
  if (observation.at !== before.lastLookAt) return observation.at < before.lastLookAt;
  return observation.condition === lastCondition(before);
}

function lastCondition({ unknownCount, badSince, goodCount }: LookState): Observation['condition'] {
  if (unknownCount > 0) return 'unknown';
  if (badSince !== null) return 'bad';
  return goodCount > 0 ? 'good' : 'between';
}
