import { lazy, Suspense } from 'react';
import type { TimeSeriesProps } from './time-series.tsx';

const TimeSeries = lazy(() => import('./time-series.tsx').then((module) => ({ default: module.TimeSeries })));

/** The chart library comes only when a chart is shown; its place is kept free, so that nothing jumps. */
export function LazyTimeSeries(props: TimeSeriesProps) {
  return (
    <Suspense fallback={<div className="h-52" />}>
      <TimeSeries {...props} />
    </Suspense>
  );
}
