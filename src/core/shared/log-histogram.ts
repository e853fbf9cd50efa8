/**
 * How a quantity is distributed, in few bytes: counts of buckets whose bounds grow by 5 %, so that a percentile is at most 2.5 % from a
 * value that was added (as in DDSketch, https://arxiv.org/abs/1908.10693, with relative accuracy 0.025). Histograms add up exactly, in any order.
 */
export interface LogHistogram {
  /** Not negative; what is below 0.001 counts as nothing. */
  add(value: number, count?: number): void;
  merge(other: LogHistogram): void;
  readonly count: number;
  /** The value at this share (0 to 1) of the ordered values; null when there are none. */
  quantile(share: number): number | null;
  /** `[bucket, count, bucket, count, …]`, buckets ascending: what is stored. */
  encode(): number[];
}

const GAMMA = 1.05;
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 0.001;
/** Bucket of what counts as nothing. */
const ZERO = -1;
/** 0.001 × 1.05^750 is beyond 10^12: a bucket more would say nothing. */
const LAST = 750;

/** From what `encode` gave, or empty. What is not a histogram counts nothing: stored rows are the program's own. */
export function createHistogram(encoded: readonly number[] = []): LogHistogram {
  const buckets = new Map<number, number>();
  let total = 0;
  const put = (bucket: number, count: number) => {
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
    total += count;
  };
  for (let index = 0; index + 1 < encoded.length; index += 2) put(encoded[index]!, encoded[index + 1]!);
  const ordered = () => [...buckets].sort(([a], [b]) => a - b);
  return {
    add: (value, count = 1) => put(bucketOf(value), count),
    merge(other) {
      const pairs = other.encode();
      for (let index = 0; index < pairs.length; index += 2) put(pairs[index]!, pairs[index + 1]!);
    },
    get count() {
      return total;
    },
    quantile(share) {
      if (total === 0) return null;
      let left = Math.max(1, Math.ceil(share * total));
      for (const [bucket, count] of ordered()) {
        left -= count;
        if (left <= 0) return middleOf(bucket);
      }
      return null;
    },
    encode: () => ordered().flat(),
  };
}

function bucketOf(value: number): number {
  if (!(value > SMALLEST)) return ZERO;
  return Math.min(LAST, Math.ceil(Math.log(value / SMALLEST) / LOG_GAMMA));
}

/** The middle of the bucket, as far from its ends in share. */
function middleOf(bucket: number): number {
  return bucket === ZERO ? 0 : (SMALLEST * GAMMA ** bucket * 2) / (1 + GAMMA);
}
