import type { EventCounts, EventIndex } from '../../../core/events/index.ts';
import { stepsFor, toCounts } from '../histogram-steps.ts';
import type { EventConditions } from '../text-plan.ts';
import { toClusterQuery } from './cluster-query.ts';
import type { ClusterConnection } from './connection.ts';
import { askSearch } from './search-page.ts';

interface Buckets<Inner = object> {
  buckets: ({ key: number; doc_count: number } & Inner)[];
}

/** Counts by step and severity class; clusters count all of them, so that the counts are exact. */
export async function countEvents(
  connection: ClusterConnection,
  prefix: string,
  query: EventConditions,
  wanted: number,
): Promise<EventCounts> {
  const steps = stepsFor(query, await spanOf(connection, prefix, query), wanted);
  const asked = toClusterQuery(query);
  if (asked === null) return toCounts(steps, [], true);
  const { from, stepMs } = steps;
  const reply = await askSearch(connection, prefix, {
    query: asked,
    size: 0,
    track_total_hits: false,
    aggs: {
      classes: {
        terms: { field: 'class', size: 10 },
        aggs: {
          steps: {
            date_histogram: {
              field: '@timestamp',
              fixed_interval: `${stepMs}ms`,
              offset: `${from % stepMs}ms`,
              min_doc_count: 1,
            },
          },
        },
      },
    },
  });
  const classes = (reply.aggregations?.classes ?? { buckets: [] }) as Buckets<{ steps: Buckets }>;
  const counts = classes.buckets.flatMap(({ key: severity, steps: counted }) =>
    counted.buckets.map(({ key, doc_count: events }) => ({
      step: Math.floor((key - from) / stepMs),
      severity,
      events,
    })),
  );
  return toCounts(steps, counts, true);
}

/** What is open at an end reaches as far as there are events. */
async function spanOf(
  connection: ClusterConnection,
  prefix: string,
  { from, to }: Parameters<EventIndex['histogram']>[0],
): Promise<{ from: number; to: number }> {
  if (from !== null && to !== null) return { from, to: Math.max(to, from + 1) };
  const ends = { first: { min: { field: '@timestamp' } }, last: { max: { field: '@timestamp' } } };
  const reply = await askSearch(connection, prefix, { size: 0, track_total_hits: false, aggs: ends });
  const { first, last } = (reply.aggregations ?? {}) as Partial<Record<string, { value: number | null }>>;
  const start = from ?? Math.min(first?.value ?? 0, to ?? Number.MAX_SAFE_INTEGER);
  return { from: start, to: Math.max(to ?? (last?.value ?? start) + 1, start + 1) };
}
