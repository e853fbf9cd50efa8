import { upperNormal } from './exact-test.ts';

/** Below what clocks tell apart; also keeps the logarithm finite. */
const SHORTEST_MS = 0.05;

/**
 * One-sided p that values of `sample` tend to be higher than those of `base`: Mann and Whitney's U by its normal curve with the correction for
 * ties and for continuity (as R's `wilcox.test(exact = FALSE)`); good from about 20 values a side. 1 when one side is empty.
 */
export function mannWhitney(sample: readonly number[], base: readonly number[]): number {
  const n = sample.length;
  const m = base.length;
  if (n === 0 || m === 0) return 1;
  const { rankSum, ties } = rankSumOf(sample, base);
  const u = rankSum - (n * (n + 1)) / 2;
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  return upperNormal((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** Sum of the ranks of `sample` in both together, equal values sharing their mean rank; `ties`: Σ(t³ − t). */
function rankSumOf(sample: readonly number[], base: readonly number[]): { rankSum: number; ties: number } {
  const own = Float64Array.from(sample).sort();
  const other = Float64Array.from(base).sort();
  let i = 0;
  let j = 0;
  let rankSum = 0;
  let ties = 0;
  while (i < own.length) {
    const value = own[i]!;
    while (j < other.length && other[j]! < value) j++;
    const before = i + j;
    const first = i;
    while (i < own.length && own[i] === value) i++;
    const firstOther = j;
    while (j < other.length && other[j] === value) j++;
    const tied = i - first + (j - firstOther);
    rankSum += (i - first) * (before + (tied + 1) / 2);
    ties += tied ** 3 - tied;
  }
  return { rankSum, ties: ties + tiesWithin(other, own) };
}

/** Of values that only the other side has more than once. */
function tiesWithin(values: Float64Array, without: Float64Array): number {
  let ties = 0;
  let k = 0;
  for (let i = 0; i < values.length; ) {
    const value = values[i]!;
    const first = i;
    while (i < values.length && values[i] === value) i++;
    while (k < without.length && without[k]! < value) k++;
    if (without[k] !== value) ties += (i - first) ** 3 - (i - first);
  }
  return ties;
}

/** Hodges and Lehmann's shift: the median of all differences between a value of `sample` and one of `base`; null without any. O(n·m). */
export function hodgesLehmann(sample: readonly number[], base: readonly number[]): number | null {
  const count = sample.length * base.length;
  if (count === 0) return null;
  const differences = new Float64Array(count);
  let at = 0;
  for (const a of sample) for (const b of base) differences[at++] = a - b;
  const upper = select(differences, count >> 1);
  if (count % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count >> 1; i++) lower = Math.max(lower, differences[i]!);
  return (lower + upper) / 2;
}

/** How much slower as a share: the shift of the logarithms, so that 0.2 is 20 % whether requests take 2 ms or 2 s. */
export function latencyShift(sampleMs: readonly number[], baseMs: readonly number[]): number | null {
  const shift = hodgesLehmann(logsOf(sampleMs), logsOf(baseMs));
  return shift === null ? null : Math.expm1(shift);
}

function logsOf(values: readonly number[]): number[] {
  return values.map((value) => Math.log(Math.max(SHORTEST_MS, value)));
}

/** Hoare's selection: afterwards everything before `k` is no higher. */
function select(values: Float64Array, k: number): number {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const { low, high } = partition(values, from, to);
    if (k <= high) to = high;
    else if (k >= low) from = low;
    else break;
  }
  return values[k]!;
}

/** By the middle of three: up to `high` nothing is above the pivot, from `low` on nothing below it, what lies between is equal to it. */
function partition(values: Float64Array, from: number, to: number): { low: number; high: number } {
  const pivot = middleOf(values[from]!, values[(from + to) >> 1]!, values[to]!);
  let low = from;
  let high = to;
  while (low <= high) {
    while (values[low]! < pivot) low++;
    while (values[high]! > pivot) high--;
    if (low > high) break;
    const swapped = values[low]!;
    values[low++] = values[high]!;
    values[high--] = swapped;
  }
  return { low, high };
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
