import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  EventDetail,
  EventHistogram,
  EventSummary,
  eventHistogramQuery,
  eventListQuery,
} from '../../../contracts/api/events.ts';
import { getJson, type Page, withQuery } from '../request.ts';

export type EventFilters = Omit<z.input<typeof eventListQuery>, 'cursor' | 'limit'>;

/** A range that moves with the clock is worked out at the moment of asking. */
export type TimeRange = { lastMs: number } | { from?: string | undefined; to?: string | undefined };

function rangeNow(range: TimeRange): { from?: string | undefined; to?: string | undefined } {
  return 'lastMs' in range ? { from: new Date(Date.now() - range.lastMs).toISOString() } : range;
}

/** Under a key of its own: the list asks again by itself while it follows, and stands still when it is stopped. */
export const eventsQuery = (filters: EventFilters, range: TimeRange) =>
  infiniteQueryOptions({
    queryKey: ['event list', filters, range],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<EventSummary>>(
        withQuery('/api/events', { ...filters, ...rangeNow(range), limit: 100, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export type HistogramFilters = Pick<z.input<typeof eventHistogramQuery>, 'query' | 'project'>;

export const histogramQuery = (filters: HistogramFilters, range: TimeRange) =>
  queryOptions({
    queryKey: ['events', 'histogram', filters, range],
    queryFn: ({ signal }) =>
      getJson<EventHistogram>(
        withQuery('/api/events/histogram', { ...filters, ...rangeNow(range), steps: 60 }),
        signal,
      ),
    placeholderData: (former) => former,
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => getJson<EventDetail>(`/api/events/${encodeURIComponent(id)}`, signal),
    staleTime: 300_000,
  });
