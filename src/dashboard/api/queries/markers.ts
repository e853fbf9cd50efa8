import { queryOptions } from '@tanstack/react-query';
import type { Marker } from '../../../contracts/api/deployments.ts';
import { getJson, withQuery } from '../request.ts';
import type { Items } from './pages.ts';

/** Of a chart that moves with the clock the range is asked for in whole minutes, so that its charts ask together and seldom. */
const WHOLE_MS = 60_000;

interface MarkerRange {
  /** Epoch ms. */
  from: number;
  to: number;
  service?: string | undefined;
  project?: string | undefined;
}

/** Deployments, rollbacks and what became of fixes within the range, widened to whole minutes. */
export const markersQuery = ({ from, to, service, project }: MarkerRange) => {
  const query = {
    from: new Date(Math.floor(from / WHOLE_MS) * WHOLE_MS).toISOString(),
    to: new Date(Math.ceil(to / WHOLE_MS) * WHOLE_MS).toISOString(),
    service,
    project,
  };
  return queryOptions({
    queryKey: ['markers', query],
    queryFn: ({ signal }) => getJson<Items<Marker>>(withQuery('/api/markers', query), signal),
    enabled: to > from,
    staleTime: 60_000,
    placeholderData: (former) => former,
  });
};
