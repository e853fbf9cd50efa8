import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  EventDetail,
  EventHistogram,
  EventPageReply,
  eventHistogramQuery,
  eventListQuery,
} from '../../../contracts/api/events.ts';
import { getJson, withQuery } from '../request.ts';
import { MOST_PAGES } from './pages.ts';

export type EventFilters = Omit<z.input<typeof eventListQuery>, 'cursor' | 'limit'>;

/** A range that moves with the clock is worked out at the moment of asking. */
export type TimeRange = { lastMs: number } | { from?: string | undefined; to?: string | undefined };

/** A moving range begins at a whole step, so that people who look at the same hour ask the same, and are given the same remembered answer. */
const MOVES_BY_MS = 10_000;

function rangeNow(range: TimeRange): { from?: string | undefined; to?: string | undefined } {
  if (!('lastMs' in range)) return range;
  const from = Math.floor((Date.now() - range.lastMs) / MOVES_BY_MS) * MOVES_BY_MS;
  return { from: new Date(from).toISOString() };
}

/** Under a key of its own: unlike other answers about events, the list stands still when it is stopped. */
export const eventsQuery = (filters: EventFilters, range: TimeRange) =>
  infiniteQueryOptions({
    queryKey: ['event list', filters, range],
    queryFn: ({ pageParam, signal }) =>
      getJson<EventPageReply>(
        withQuery('/api/events', { ...filters, ...rangeNow(range), limit: 100, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    maxPages: MOST_PAGES,
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
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => getJson<EventDetail>(`/api/events/${encodeURIComponent(id)}`, signal),
    staleTime: 300_000,
  });
