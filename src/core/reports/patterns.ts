import type { Report } from '../../contracts/report.ts';
import type { Understanding } from '../issues/index.ts';
import type { ReportKnobs } from './knobs.ts';
import type { Places } from './places.ts';
import { reportInstant } from './plain-values.ts';

type ErrorPatterns = Report['error_patterns'];
type TimelineStep = ErrorPatterns['frequency_timeline'][number];

export interface Patterns {
  listed: ErrorPatterns;
  /** Keys beyond the bound of each list. */
  leftOut: Record<'by_endpoint' | 'by_error_type' | 'by_file', number>;
}

export interface PatternsInput {
  /** Error incidents by the failing file's path in the repository. */
  byFile: ReadonlyMap<string, number>;
  window: Report['window'];
  knobs: Pick<ReportKnobs, 'listedPatterns' | 'timelineSteps'>;
}

/** Where, of what type, in which file and when the error incidents of the window fell. */
export function describePatterns(understanding: Understanding, { byFile, window, knobs }: PatternsInput): Patterns {
  const endpoints = tally(understanding.byEndpoint, knobs.listedPatterns);
  const types = tally(understanding.byErrorType, knobs.listedPatterns);
  const files = tally(byFile, knobs.listedPatterns);
  return {
    listed: {
      by_endpoint: endpoints.listed,
      by_error_type: types.listed,
      by_file: files.listed,
      frequency_timeline: drawTimeline({
        from: window.from === null ? null : Date.parse(window.from),
        to: window.to === null ? null : Date.parse(window.to),
        errorTimes: understanding.errorTimes,
        warningTimes: understanding.warningTimes,
        steps: knobs.timelineSteps,
      }),
      most_common_error: types.first,
    },
    leftOut: { by_endpoint: endpoints.leftOut, by_error_type: types.leftOut, by_file: files.leftOut },
  };
}

/** Counts by traced path become counts by the path in the repository, where the evidence found it. */
export function filesInRepository(byFile: ReadonlyMap<string, number>, places: Places): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [file, count] of byFile) {
    const path = places.inRepository(file);
    counts.set(path, (counts.get(path) ?? 0) + count);
  }
  return counts;
}

export interface Tally {
  /** Descending; equal counts by key. */
  listed: Record<string, number>;
  /** The key with the highest count, as it came. */
  first: string | null;
  /** Keys beyond the bound. */
  leftOut: number;
}

/** Counts by key, most first, at most `limit` keys. */
export function tally(counts: ReadonlyMap<string, number>, limit: number): Tally {
  const sorted = [...counts]
    .filter(([, count]) => Number.isSafeInteger(count) && count > 0)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : a > b ? 1 : 0));
  const listed = sorted.slice(0, limit).map(([key, count]) => [orderedKey(key), count] as const);
  return {
    listed: Object.fromEntries(listed),
    first: sorted[0]?.[0] ?? null,
    leftOut: Math.max(0, sorted.length - limit),
  };
}

/** JavaScript moves keys that look like an array index to the front, and treats `__proto__` apart: a `#` keeps them in place. */
function orderedKey(key: string): string {
  return /^\d{1,10}$/.test(key) || key === '__proto__' ? `#${key}` : key;
}

export interface TimelineInput {
  /** Epoch ms; null without any entry. */
  from: number | null;
  to: number | null;
  errorTimes: readonly number[];
  warningTimes: readonly number[];
  steps: number;
}

/**
 * The incidents of the window in equal steps, empty ones included; none without a window. An incident on a border counts in the
 * later step, one outside the window in the nearest step, so that the sums are those of the summary.
 */
export function drawTimeline({ from, to, errorTimes, warningTimes, steps }: TimelineInput): TimelineStep[] {
  if (from === null || to === null || steps < 1) return [];
  const start = Math.floor(from);
  const width = Math.max(Math.ceil(to) - start, steps) / steps;
  const errors = countBySteps(errorTimes, start, width, steps);
  const warnings = countBySteps(warningTimes, start, width, steps);
  return errors.map((count, index) => ({
    from: reportInstant(start + index * width),
    to: reportInstant(start + (index + 1) * width),
    errors: count,
    warnings: warnings[index] ?? 0,
  }));
}

function countBySteps(times: readonly number[], start: number, width: number, steps: number): number[] {
  const counts = new Array<number>(steps).fill(0);
  for (const time of times) {
    const step = Math.floor((time - start) / width);
    const index = Number.isNaN(step) ? 0 : Math.min(Math.max(step, 0), steps - 1);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}
