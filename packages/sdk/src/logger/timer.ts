import type { Fields } from '../record.ts';
import { newSpan, type TraceContext } from '../trace/traceparent.ts';
import { mergeFields } from './copy-value.ts';
import { createHistogram, type DurationSummary, type Histogram } from './histogram.ts';

/** A running measurement. Ended once; a second end does nothing. */
export interface Timer {
  /** Adds fields until it ends. */
  set(fields: Fields): void;
  /** Writes the record (info); gives the duration in ms. */
  end(fields?: Fields): number;
  /** Writes the record (error) with the error as its exception; gives the duration in ms. */
  fail(error: unknown, fields?: Fields): number;
}

/** What a timer writes. */
export interface Measurement {
  operation: string;
  durationMs: number;
  isSlow: boolean;
  /** Undefined: it went well. */
  failure: { error: unknown } | undefined;
  fields: readonly Fields[];
  span: TraceContext;
}

export interface TimersOptions {
  /** Longer ones are marked slow. */
  slowMs: number;
  /** Operations with a histogram of their own; the others share one, `(other)`. */
  maxOperations: number;
  /** Monotonic ms. */
  now: () => number;
}

export interface Timers {
  start(operation: string, parent: TraceContext | null, write: (measurement: Measurement) => void): SpanTimer;
  /** By operation; reading changes nothing. */
  summaries(): Record<string, DurationSummary>;
}

export interface SpanTimer extends Timer {
  readonly span: TraceContext;
}

const OTHER = '(other)';

export function createTimers({ slowMs, maxOperations, now }: TimersOptions): Timers {
  const histograms = new Map<string, Histogram>();
  const histogramOf = (operation: string): Histogram => {
    const name = histograms.has(operation) || histograms.size < maxOperations ? operation : OTHER;
    const known = histograms.get(name) ?? createHistogram();
    histograms.set(name, known);
    return known;
  };
  return {
    start: (operation, parent, write) => {
      const span = newSpan(parent);
      const startedAt = now();
      return createTimer({ span }, (fields, failure) => {
        const durationMs = now() - startedAt;
        const isSlow = durationMs > slowMs;
        histogramOf(operation).add(durationMs, isSlow, failure !== undefined);
        write({ operation, durationMs, isSlow, failure, fields, span });
        return durationMs;
      });
    },
    summaries: () =>
      Object.fromEntries([...histograms].map(([operation, histogram]) => [operation, histogram.summary()])),
  };
}

type Finish = (fields: readonly Fields[], failure: Measurement['failure']) => number;

function createTimer({ span }: { span: TraceContext }, finish: Finish): SpanTimer {
  const added: Fields[] = [];
  const add = (fields: Fields | undefined): void => {
    const copy = mergeFields(null, fields);
    if (copy !== null) added.push(copy);
  };
  let durationMs: number | null = null;
  const end = (fields: Fields | undefined, failure: Measurement['failure']): number => {
    if (durationMs !== null) return durationMs;
    durationMs = 0;
    add(fields);
    durationMs = finish(added, failure);
    return durationMs;
  };
  return {
    span,
    set: add,
    end: (fields) => end(fields, undefined),
    fail: (error, fields) => end(fields, { error }),
  };
}

/** With no client: it measures nothing, its end counts as a lost record. */
export function createIdleTimer(lose: () => void): Timer {
  let isEnded = false;
  const end = (): number => {
    if (!isEnded) lose();
    isEnded = true;
    return 0;
  };
  return { set: () => {}, end, fail: end };
}
