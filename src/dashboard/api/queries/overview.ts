import { queryOptions } from '@tanstack/react-query';
import type { Overview, SourceActivity } from '../../../contracts/api/overview.ts';
import { getJson } from '../request.ts';
import type { Items } from './pages.ts';

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => getJson<Overview>('/api/overview', signal),
  refetchInterval: 60_000,
});

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => getJson<Items<SourceActivity>>('/api/sources', signal),
});
