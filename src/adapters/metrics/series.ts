import { knownValues, type MetricFamily, MOST_SERIES, OTHER } from '../../contracts/metrics.ts';

/** What one set of labels holds: a value, or the counts of a histogram's buckets (the last one is of all above), with their sum. */
interface Series {
  /** `{a="b"}`, escaped; empty without labels. */
  text: string;
  value: number;
  counts: number[];
}

export type LabelRecord = Readonly<Record<string, string>>;

/** Separates the values of a key: no label that is kept has it. */
const BETWEEN = '\u0001';

export type SeriesSet = ReturnType<typeof createSeriesSet>;

/**
 * The series of one family. A label value outside its closed list becomes `other`; once the family holds as many series as it may (each bucket is one),
 * a new set of labels is counted in one whose every label is `other`, and told to `onDrop`.
 */
export function createSeriesSet(name: string, family: MetricFamily, onDrop: () => void) {
  const labels = Object.entries(family.labels);
  const closed = labels.map(([, values]) => ('known' in values ? null : new Set(values)));
  const each = family.type === 'histogram' ? family.buckets.length + 3 : 1;
  /** One is kept for `other`. */
  const most = Math.floor(MOST_SERIES / each) - 1;
  const series = new Map<string, Series>();
  let other: Series | null = null;

  return {
    /** What is no amount (a provider's token count may be anything) is not counted. */
    add: (given: LabelRecord, by: number) => {
      if (by >= 0 && by !== Number.POSITIVE_INFINITY) of(given).value += by;
    },
    set: (given: LabelRecord, value: number) => {
      of(given).value = value;
    },
    observe(given: LabelRecord, value: number) {
      if (!Number.isFinite(value)) return;
      const one = of(given);
      const at = family.buckets.findIndex((bound) => value <= bound);
      const bucket = at === -1 ? family.buckets.length : at;
      one.counts[bucket] = one.counts[bucket]! + 1;
      one.value += value;
    },
    /** Counts that were made elsewhere, one of each bucket and the last of all above. */
    observeMany(given: LabelRecord, counts: readonly number[], sum: number) {
      const one = of(given);
      counts.forEach((count, bucket) => {
        one.counts[bucket] = (one.counts[bucket] ?? 0) + count;
      });
      one.value += sum;
    },
    /** So that they stand at 0 before anything is counted. */
    know: (given: LabelRecord) => void of(given),
    knowAll,
    clear() {
      series.clear();
      other = null;
    },
    lines,
    family,
  };

  function of(given: LabelRecord): Series {
    if (labels.length === 0) return series.get('') ?? made('', '');
    const values = labels.map(([label], index) => {
      const value = String(given[label] ?? '');
      const list = closed[index];
      return list && !list.has(value) ? OTHER : value;
    });
    const key = values.join(BETWEEN);
    const known = series.get(key);
    if (known) return known;
    if (series.size < most) return made(key, labelText(values));
    onDrop();
    other ??= emptySeries(labelText(labels.map(() => OTHER)));
    return other;
  }

  function made(key: string, text: string): Series {
    const one = emptySeries(text);
    series.set(key, one);
    return one;
  }

  function emptySeries(text: string): Series {
    return { text, value: 0, counts: family.type === 'histogram' ? family.buckets.map(() => 0).concat(0) : [] };
  }

  function labelText(values: readonly string[]): string {
    return `{${labels.map(([label], index) => `${label}="${escaped(values[index]!)}"`).join(',')}}`;
  }

  /** Every combination of the known values, as far as each label has some. */
  function knowAll(): void {
    let sets: Record<string, string>[] = [{}];
    for (const [label, values] of labels)
      sets = sets.flatMap((set) => knownValues(values).map((value) => ({ ...set, [label]: value })));
    for (const set of sets) of(set);
  }

  function lines(into: string[]): void {
    for (const one of series.values()) write(one, into);
    if (other) write(other, into);
  }

  function write({ text, value, counts }: Series, into: string[]): void {
    if (family.type !== 'histogram') {
      into.push(`${name}${text} ${numeral(value)}`);
      return;
    }
    const before = text === '' ? '{' : `${text.slice(0, -1)},`;
    let count = 0;
    counts.forEach((own, bucket) => {
      count += own;
      const bound = bucket === family.buckets.length ? '+Inf' : String(family.buckets[bucket]);
      into.push(`${name}_bucket${before}le="${bound}"} ${count}`);
    });
    into.push(`${name}_sum${text} ${numeral(value)}`, `${name}_count${text} ${count}`);
  }
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/** Characters of a label's value that are kept: names are shorter, and what is longer is no name. */
const VALUE_CHARACTERS = 200;

function escaped(value: string): string {
  return value.slice(0, VALUE_CHARACTERS).replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
