import { queryOptions } from '@tanstack/react-query';
import type { Coordination } from '../../../contracts/api/coordination.ts';
import { getJson } from '../request.ts';

export const coordinationQuery = queryOptions({
  queryKey: ['coordination'],
  queryFn: ({ signal }) => getJson<Coordination>('/api/coordination', signal),
});
