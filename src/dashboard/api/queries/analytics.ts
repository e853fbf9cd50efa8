import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  Analytics,
  analyticsQuery as analyticsQuerySchema,
  LiveMetrics,
} from '../../../contracts/api/analytics.ts';
import { getJson, withQuery } from '../request.ts';

export type AnalyticsFilters = Omit<z.input<typeof analyticsQuerySchema>, 'from' | 'to'>;
export type AnalyticsBy = Exclude<AnalyticsFilters['by'], undefined>;

const RENEWED_MS = 30_000;
/** The counters are at most so old themselves. */
const LIVE_MS = 1_000;

/** Over a window that moves with the clock, worked out at the moment of asking. */
export const analyticsQuery = (filters: AnalyticsFilters, lastMs: number) =>
  queryOptions({
    queryKey: ['analytics', filters, lastMs],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - lastMs).toISOString();
      return getJson<Analytics>(withQuery('/api/analytics', { ...filters, from }), signal);
    },
    refetchInterval: RENEWED_MS,
  });

export const liveMetricsQuery = queryOptions({
  queryKey: ['live metrics'],
  queryFn: ({ signal }) => getJson<LiveMetrics>('/api/analytics/live', signal),
  refetchInterval: LIVE_MS,
  staleTime: 0,
});
