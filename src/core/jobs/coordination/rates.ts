/** Shares of weighted runs with their uncertainty. */

export interface Share {
  value: number;
  low: number;
  high: number;
  /** Runs that it rests on, not weighted. */
  runs: number;
}

/** A run counts half as much when it is older by this: what was true a quarter ago says little of tomorrow. */
const HALF_LIFE_MS = 30 * 86_400_000;

export function weightOf(at: number, now: number): number {
  return 0.5 ** (Math.max(0, now - at) / HALF_LIFE_MS);
}

const Z95 = 1.959964;

/**
 * Wilson's 95 % interval of a share (https://doi.org/10.1080/01621459.1927.10502953) over the effective number of weighted observations
 * (Kish: the square of the sum of weights over the sum of their squares). Null over nothing.
 */
export function wilson(observations: readonly { isHit: boolean; weight: number }[]): Share | null {
  let weights = 0;
  let squares = 0;
  let hits = 0;
  for (const { isHit, weight } of observations) {
    weights += weight;
    squares += weight * weight;
    if (isHit) hits += weight;
  }
  if (weights === 0) return null;
  const count = (weights * weights) / squares;
  const value = hits / weights;
  const z2 = Z95 * Z95;
  const middle = (value + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Z95 / (1 + z2 / count)) * Math.sqrt((value * (1 - value)) / count + z2 / (4 * count * count));
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half), runs: observations.length };
}
