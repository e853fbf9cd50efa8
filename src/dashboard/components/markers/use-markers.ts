import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { markersQuery } from '../../api/queries/markers.ts';
import { type ChartMarker, mergeMarkers, type SeenRevision } from './chart-marker.ts';

const root = getRouteApi('__root__');

interface UseMarkersOptions {
  /** Epoch ms. */
  from: number;
  to: number;
  /** What is marked of a chart that is about one service. */
  service?: string | undefined;
  seen?: readonly SeenRevision[] | undefined;
}

const NONE: readonly SeenRevision[] = [];

/** The markers of a chart's range, of the project that is looked at. `isFailed`: nobody knows whether there are any. */
export function useMarkers({ from, to, service, seen = NONE }: UseMarkersOptions): {
  markers: readonly ChartMarker[];
  isFailed: boolean;
} {
  const { project } = root.useSearch();
  const { data, isError } = useQuery(markersQuery({ from, to, service, project }));
  const markers = useMemo(() => mergeMarkers(data?.items ?? [], seen, { from, to }), [data, seen, from, to]);
  return { markers, isFailed: isError };
}
