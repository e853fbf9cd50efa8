/** Requests and errors of both sides over the same stretch of time. */
export interface Stratum {
  newRequests: number;
  newErrors: number;
  oldRequests: number;
  oldErrors: number;
}

/** From this variance on the normal curve is as good as the sum: √2500 = 50 errors of spread. */
const EXACT_VARIANCE = 2_500;
/** Probabilities below this share of the highest are left out. */
const NEGLIGIBLE = 1e-18;

/**
 * One-sided p that the new side fails more often: Fisher's exact test, and over several strata the exact conditional test of a common odds
 * ratio of 1 (Mehta, Patel & Gray 1985, R `mantelhaen.test(exact = TRUE)`): the errors of each stratum are shared out by its own
 * hypergeometric distribution, so a share of traffic or a rate that changes between the strata deceives nobody. 1 when there is nothing to see.
 */
export function exactTest(strata: readonly Stratum[]): number {
  const telling = strata.filter(isTelling);
  if (telling.length === 0) return 1;
  const observed = telling.reduce((sum, { newErrors }) => sum + newErrors, 0);
  const { mean, variance } = momentsOf(telling);
  if (variance > EXACT_VARIANCE) return upperNormal((observed - 0.5 - mean) / Math.sqrt(variance));
  const { from, mass } = telling.map(hypergeometric).reduce(convolve);
  const all = sumOf(mass, 0);
  return Math.min(1, sumOf(mass, Math.max(0, observed - from)) / all);
}

/** New minus old error ratio in percentage points, each stratum weighing as in Mantel and Haenszel's risk difference. */
export function errorPoints(strata: readonly Stratum[]): number | null {
  let weighted = 0;
  let weights = 0;
  for (const { newRequests, newErrors, oldRequests, oldErrors } of strata) {
    if (newRequests === 0 || oldRequests === 0) continue;
    const weight = (newRequests * oldRequests) / (newRequests + oldRequests);
    weighted += weight * (newErrors / newRequests - oldErrors / oldRequests);
    weights += weight;
  }
  return weights === 0 ? null : (100 * weighted) / weights;
}

function isTelling({ newRequests, newErrors, oldRequests, oldErrors }: Stratum): boolean {
  const errors = newErrors + oldErrors;
  return newRequests > 0 && oldRequests > 0 && errors > 0 && errors < newRequests + oldRequests;
}

function momentsOf(strata: readonly Stratum[]): { mean: number; variance: number } {
  let mean = 0;
  let variance = 0;
  for (const { newRequests, newErrors, oldRequests, oldErrors } of strata) {
    const all = newRequests + oldRequests;
    const errors = newErrors + oldErrors;
    mean += (errors * newRequests) / all;
    variance += (errors * newRequests * oldRequests * (all - errors)) / (all * all * Math.max(1, all - 1));
  }
  return { mean, variance };
}

interface Distribution {
  /** The number that the first mass is of. */
  from: number;
  /** Not scaled to 1. */
  mass: Float64Array;
}

/** How many of a stratum's errors fall to the new side when it makes no difference; from the mode outward by ratios, so nothing overflows. */
function hypergeometric({ newRequests, newErrors, oldRequests, oldErrors }: Stratum): Distribution {
  const errors = newErrors + oldErrors;
  const lowest = Math.max(0, errors - oldRequests);
  const highest = Math.min(errors, newRequests);
  const mode = Math.floor(((errors + 1) * (newRequests + 1)) / (newRequests + oldRequests + 2));
  const start = Math.min(highest, Math.max(lowest, mode));
  const above = walk(
    start,
    highest,
    (k) => ((newRequests - k) * (errors - k)) / ((k + 1) * (oldRequests - errors + k + 1)),
  );
  const below = walk(
    start,
    lowest,
    (k) => (k * (oldRequests - errors + k)) / ((newRequests - k + 1) * (errors - k + 1)),
  );
  return { from: start - below.length, mass: Float64Array.from([...below.reverse(), 1, ...above]) };
}

/** Masses beyond `start` in the direction of `end`, as shares of the one at `start`, until they are negligible. */
function walk(start: number, end: number, ratio: (k: number) => number): number[] {
  const masses: number[] = [];
  const by = end < start ? -1 : 1;
  let mass = 1;
  for (let k = start; k !== end; k += by) {
    mass *= ratio(k);
    if (mass < NEGLIGIBLE) break;
    masses.push(mass);
  }
  return masses;
}

function convolve(a: Distribution, b: Distribution): Distribution {
  const mass = new Float64Array(a.mass.length + b.mass.length - 1);
  for (let i = 0; i < a.mass.length; i++) {
    const weight = a.mass[i]!;
    for (let j = 0; j < b.mass.length; j++) mass[i + j]! += weight * b.mass[j]!;
  }
  return { from: a.from + b.from, mass };
}

/** Smallest first, so that the tail keeps its digits. */
function sumOf(mass: Float64Array, from: number): number {
  let sum = 0;
  for (let i = mass.length - 1; i >= from; i--) sum += mass[i]!;
  return sum;
}

/** P(Z ≥ z) of the normal curve, to 1e-7 of its value and better (W. J. Cody's erfc by Numerical Recipes' Chebyshev fit). */
export function upperNormal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 2 / (2 + x);
  const ty = 4 * t - 2;
  let d = 0;
  let dd = 0;
  for (let j = COFACTORS.length - 1; j > 0; j--) {
    const before = d;
    d = ty * d - dd + COFACTORS[j]!;
    dd = before;
  }
  const erfc = t * Math.exp(-x * x + 0.5 * (COFACTORS[0]! + ty * d) - dd);
  return z >= 0 ? erfc / 2 : 1 - erfc / 2;
}

const COFACTORS: readonly number[] = [
  -1.3026537197817094, 0.6419697923564902, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4,
  3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6, 1.5626441722e-8,
  -8.5238095915e-8, 6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10, 9.6467911e-11, 2.394038e-12,
  -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13, 3.81e-16, 7.106e-15,
];
