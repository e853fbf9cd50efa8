/** How fast a frame loses weight with its distance from the crash: 1/(1 + distance)^0.6, so the tenth still weighs a quarter. */
const FADING = 0.6;

const FADED = Float64Array.from({ length: 128 }, (_, distance) => (1 + distance) ** -FADING);

export interface WeighedStack {
  frames: readonly string[];
  /** The same frames, each once. */
  distinct: ReadonlySet<string>;
  /** The weight of each frame where it stands. */
  weights: Float64Array;
  total: number;
}

/** `weightOf` says how telling a frame is: rarer among the issues is more. */
export function weigh(
  frames: readonly string[],
  distinct: ReadonlySet<string>,
  weightOf: (frame: string) => number,
): WeighedStack {
  const weights = new Float64Array(frames.length);
  let total = 0;
  for (let at = 0; at < frames.length; at++) {
    const weight = weightOf(frames[at]!) * (FADED[at] ?? 0);
    weights[at] = weight;
    total += weight;
  }
  return { frames, distinct, weights, total };
}

/**
 * The weighted share of two stacks that the best alignment of their frames matches, 0-1: the Levenshtein form of TraceSim (Vasiliev et
 * al., 2020, https://doi.org/10.1145/3416506.3423561), in which a frame that stands on one side only costs its weight there. At most 100
 * frames a side: 10,000 steps.
 */
export function alignStacks(a: WeighedStack, b: WeighedStack): number {
  if (a.total + b.total === 0) return 0;
  const width = b.frames.length + 1;
  let above = new Float64Array(width);
  let row = new Float64Array(width);
  for (let i = 0; i < a.frames.length; i++) {
    for (let j = 0; j < b.frames.length; j++) {
      const matched = a.frames[i] === b.frames[j] ? above[j]! + a.weights[i]! + b.weights[j]! : 0;
      row[j + 1] = Math.max(matched, above[j + 1]!, row[j]!);
    }
    [above, row] = [row, above];
  }
  return above[width - 1]! / (a.total + b.total);
}

/** What no alignment can exceed: the weights of the frames they share, in any order. */
export function sharedShare(a: WeighedStack, b: WeighedStack): number {
  if (a.total + b.total === 0) return 0;
  return (sharedWeight(a, b.distinct) + sharedWeight(b, a.distinct)) / (a.total + b.total);
}

function sharedWeight({ frames, weights }: WeighedStack, others: ReadonlySet<string>): number {
  let result = 0;
  for (let at = 0; at < frames.length; at++) if (others.has(frames[at]!)) result += weights[at]!;
  return result;
}
