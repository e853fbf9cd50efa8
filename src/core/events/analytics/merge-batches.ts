import { createHistogram, type LogHistogram } from '../../shared/index.ts';
import type { AnalyticsBatch, AnalyticsMinute } from './analytics.ts';
import { INSTANTS_PER_SECOND } from './batch-analytics.ts';

interface Merged {
  minute: AnalyticsMinute;
  templates: Map<number, Map<string, number>>;
  operations: Map<string, { count: number; failures: number; durations: LogHistogram }>;
}

/**
 * Batches as one. What comes within a second is much the same from batch to batch: added up here, once by minute, it is bounded and rolled up at the
 * price of one batch instead of all of them.
 */
export function mergeBatches(batches: readonly AnalyticsBatch[]): AnalyticsBatch {
  const series = new Map<string, Merged>();
  const errors = createInstants();
  const unsealed: NonNullable<AnalyticsBatch['unsealed']> = [];
  for (const batch of batches) {
    for (const minute of batch.series) addMinute(series, minute);
    for (const one of batch.errors) errors.add(one);
    for (const one of batch.unsealed ?? []) unsealed.push(one);
  }
  return {
    series: [...series.values()].map(minuteOf),
    errors: errors.taken(),
    ...(unsealed.length > 0 && { unsealed }),
  };
}

type Instant = AnalyticsBatch['errors'][number];

/** Of one second of one service so many are told apart, as within a batch; more count at the last of them. */
function createInstants() {
  const seconds = new Map<string, Map<number, Instant>>();
  return {
    add([projectId, service, at, errors, criticals]: Instant): void {
      const key = `${projectId} ${service}\0${Math.floor(at / 1_000)}`;
      const instants = seconds.get(key) ?? new Map<number, Instant>();
      seconds.set(key, instants);
      const isFull = instants.size >= INSTANTS_PER_SECOND;
      const known = instants.get(at) ?? (isFull ? [...instants.values()].at(-1) : undefined);
      if (known === undefined) {
        instants.set(at, [projectId, service, at, errors, criticals]);
        return;
      }
      known[3] += errors;
      known[4] += criticals;
    },
    taken: (): Instant[] => [...seconds.values()].flatMap((instants) => [...instants.values()]),
  };
}

function addMinute(series: Map<string, Merged>, minute: AnalyticsMinute): void {
  const { at, projectId, service, logger, agent, category } = minute;
  const key = `${at} ${projectId} ${service}\0${logger}\0${agent}\0${category}`;
  let merged = series.get(key);
  if (merged === undefined) {
    const nothing = { events: 0, errors: 0, dropped: 0, lastAt: 0, templates: [], operations: [] };
    merged = { minute: { ...minute, ...nothing }, templates: new Map(), operations: new Map() };
    series.set(key, merged);
  }
  const sums = merged.minute;
  sums.events += minute.events;
  sums.errors += minute.errors;
  sums.dropped += minute.dropped;
  sums.lastAt = Math.max(sums.lastAt, minute.lastAt);
  for (const [severity, template, count] of minute.templates) addTemplate(merged, severity, template, count);
  for (const operation of minute.operations) addOperation(merged, operation);
}

function addTemplate({ templates }: Merged, severity: number, template: string, count: number): void {
  let counts = templates.get(severity);
  if (counts === undefined) {
    counts = new Map();
    templates.set(severity, counts);
  }
  counts.set(template, (counts.get(template) ?? 0) + count);
}

function addOperation(
  { operations }: Merged,
  [name, count, failures, histogram]: AnalyticsMinute['operations'][number],
): void {
  let operation = operations.get(name);
  if (operation === undefined) {
    operation = { count: 0, failures: 0, durations: createHistogram() };
    operations.set(name, operation);
  }
  operation.count += count;
  operation.failures += failures;
  operation.durations.merge(createHistogram(histogram));
}

function minuteOf({ minute, templates, operations }: Merged): AnalyticsMinute {
  return {
    ...minute,
    templates: [...templates].flatMap(([severity, counts]) =>
      [...counts].map(([template, count]): AnalyticsMinute['templates'][number] => [severity, template, count]),
    ),
    operations: [...operations].map(([name, { count, failures, durations }]): AnalyticsMinute['operations'][number] => [
      name,
      count,
      failures,
      durations.encode(),
    ]),
  };
}
