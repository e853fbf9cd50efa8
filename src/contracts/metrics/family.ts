/** Values a label may have: a closed list (another value becomes `other`), or those that are known beforehand with more to come. */
export type LabelValues = readonly string[] | { readonly known: readonly string[] };
export type Labels = Readonly<Record<string, LabelValues>>;

export interface MetricFamily<L extends Labels = Labels> {
  type: 'counter' | 'gauge' | 'histogram';
  /** One sentence, with what is counted and in which unit. */
  help: string;
  /** In the order in which they are written. */
  labels: L;
  /** Upper bounds, ascending; of histograms only. */
  buckets: readonly number[];
}

/** A family has at most so many series, buckets included; what comes beyond is counted under `other`. */
export const MOST_SERIES = 1_000;
export const OTHER = 'other';

type NoLabels = Record<never, LabelValues>;

export function counter(help: string): MetricFamily<NoLabels>;
export function counter<const L extends Labels>(help: string, labels: L): MetricFamily<L>;
export function counter(help: string, labels: Labels = {}): MetricFamily {
  return { type: 'counter', help, labels, buckets: [] };
}

export function gauge(help: string): MetricFamily<NoLabels>;
export function gauge<const L extends Labels>(help: string, labels: L): MetricFamily<L>;
export function gauge(help: string, labels: Labels = {}): MetricFamily {
  return { type: 'gauge', help, labels, buckets: [] };
}

export function histogram(help: string, buckets: readonly number[]): MetricFamily<NoLabels>;
export function histogram<const L extends Labels>(help: string, buckets: readonly number[], labels: L): MetricFamily<L>;
export function histogram(help: string, buckets: readonly number[], labels: Labels = {}): MetricFamily {
  return { type: 'histogram', help, labels, buckets };
}

/** More values than those named here may come. */
export const open = (...known: string[]): { readonly known: readonly string[] } => ({ known });
