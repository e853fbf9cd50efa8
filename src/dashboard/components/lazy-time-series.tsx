import { Component, lazy, type ReactNode, Suspense } from 'react';
import { useMessages } from '../language.tsx';
import type { TimeSeriesProps } from './time-series.tsx';
import type { ValueChartProps } from './value-chart.tsx';

const TimeSeries = lazy(() => import('./time-series.tsx').then((module) => ({ default: module.TimeSeries })));
const ValueChart = lazy(() => import('./value-chart.tsx').then((module) => ({ default: module.ValueChart })));

/** The chart library comes only when a chart is shown; its place is kept free, so that nothing jumps. */
export function LazyTimeSeries(props: TimeSeriesProps) {
  return (
    <Chart>
      <TimeSeries {...props} />
    </Chart>
  );
}

export function LazyValueChart(props: ValueChartProps) {
  return (
    <Chart>
      <ValueChart {...props} />
    </Chart>
  );
}

function Chart({ children }: { children: ReactNode }) {
  const { shared } = useMessages();
  return (
    <InsteadOfChart text={shared.noChart}>
      <Suspense fallback={<div className="h-52" />}>{children}</Suspense>
    </InsteadOfChart>
  );
}

interface InsteadOfChartProps {
  text: string;
  children: ReactNode;
}

/** A chart that cannot be drawn must not take the page with it. */
class InsteadOfChart extends Component<InsteadOfChartProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <p className="text-sm text-warn">{this.props.text}</p> : this.props.children;
  }
}
