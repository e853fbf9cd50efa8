import { queryOptions } from '@tanstack/react-query';
import type { Overview, SourceActivity } from '../../../contracts/api/overview.ts';
import type { UnifiedReport } from '../../../contracts/api/unified.ts';
import { getJson } from '../request.ts';
import type { Items } from './pages.ts';

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => getJson<Overview>('/api/overview', signal),
  refetchInterval: 60_000,
});

/** Below `overview`: whatever makes that be asked for again makes this, too. */
export const unifiedQuery = queryOptions({
  queryKey: ['overview', 'unified'],
  queryFn: ({ signal }) => getJson<UnifiedReport>('/api/reports/unified?format=json', signal),
  refetchInterval: 60_000,
});

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => getJson<Items<SourceActivity>>('/api/sources', signal),
});
