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
    queryKey: ['markers', query] as const,
    queryFn: ({ signal }) => getJson<Items<Marker>>(withQuery('/api/markers', query), signal),
    enabled: to > from,
    staleTime: 60_000,
    // A range that moves on shows what was known of it meanwhile; what is known of another service or project is nothing known.
    placeholderData: (former: Items<Marker> | undefined, asked) =>
      isAlike(asked?.queryKey[1], query) ? former : undefined,
  });
};

type Asked = Pick<MarkerRange, 'service' | 'project'>;

function isAlike(former: Asked | undefined, { service, project }: Asked): boolean {
  return former !== undefined && former.service === service && former.project === project;
}
