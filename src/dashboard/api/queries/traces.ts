import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Trace, TraceSummary, traceQuery as traceQuerySchema } from '../../../contracts/api/traces.ts';
import { getJson } from '../request.ts';
import { pages } from './pages.ts';

export type TraceFilters = Omit<z.input<typeof traceQuerySchema>, 'cursor' | 'limit' | 'minDurationMs'> & {
  minDurationMs?: number | undefined;
};

export const tracesQuery = (filters: TraceFilters) =>
  pages<TraceSummary>(['traces', 'list', filters], '/api/traces', filters);

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['traces', 'one', id],
    queryFn: ({ signal }) => getJson<Trace>(`/api/traces/${encodeURIComponent(id)}`, signal),
  });
