import { createHistogram, type LogHistogram } from '../../shared/index.ts';
import { ANALYTICS_STEPS, type AnalyticsBatch, type AnalyticsSeries, type AnalyticsStep } from './analytics.ts';

/** What is added to the rows of every step. In the order of their keys: two writers then wait for each other instead of locking each other out. */
export interface AnalyticsIncrements {
  counts: (Placed & { events: number; errors: number; dropped: number; lastAt: number })[];
  templates: (Placed & { severity: number; template: string; count: number })[];
  operations: (Placed & { name: string; count: number; failures: number; durations: LogHistogram })[];
}

export interface Placed extends AnalyticsSeries {
  step: AnalyticsStep;
  at: number;
}

/** Batches as increments of every step that still keeps their time; an event that comes late corrects the windows it belongs to. */
export function rollUp(batches: readonly AnalyticsBatch[], now: number): AnalyticsIncrements {
  const sums: Sums = { counts: new Map(), templates: new Map(), operations: new Map() };
  const steps = Object.entries(ANALYTICS_STEPS) as [AnalyticsStep, Kept][];
  for (const { series } of batches) {
    for (const one of series) {
      for (const [step, { ms, keptMs }] of steps) {
        if (one.at >= now - keptMs) addTo(sums, one, { step, at: one.at - (one.at % ms) });
      }
    }
  }
  return { counts: sorted(sums.counts), templates: sorted(sums.templates), operations: sorted(sums.operations) };
}

/** By what places them. */
type Sums = { [Name in keyof AnalyticsIncrements]: Map<string, AnalyticsIncrements[Name][number]> };

function addTo(sums: Sums, one: AnalyticsBatch['series'][number], { step, at }: Pick<Placed, 'step' | 'at'>): void {
  const { projectId, service, logger, agent, category } = one;
  const placed: Placed = { step, at, projectId, service, logger, agent, category };
  const key = `${step} ${at} ${projectId} ${service}\0${logger}\0${agent}\0${category}`;
  const known = kept(sums.counts, key, () => ({ ...placed, events: 0, errors: 0, dropped: 0, lastAt: 0 }));
  known.events += one.events;
  known.errors += one.errors;
  known.dropped += one.dropped;
  known.lastAt = Math.max(known.lastAt, one.lastAt);
  for (const [severity, template, count] of one.templates) {
    kept(sums.templates, `${key}\0${severity} ${template}`, () => ({
      ...placed,
      severity,
      template,
      count: 0,
    })).count += count;
  }
  for (const [name, count, failures, histogram] of one.operations) {
    const operation = kept(sums.operations, `${key}\0${name}`, () => ({
      ...placed,
      ...{ name, count: 0, failures: 0, durations: createHistogram() },
    }));
    operation.count += count;
    operation.failures += failures;
    operation.durations.merge(createHistogram(histogram));
  }
}

interface Kept {
  ms: number;
  keptMs: number;
}

function kept<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row {
  const known = rows.get(key);
  if (known !== undefined) return known;
  const made = make();
  rows.set(key, made);
  return made;
}

function sorted<Row>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
