export type { MetricBook } from './metric-book.ts';
export { type Metrics, type OpenMetricsOptions, openMetrics } from './open-metrics.ts';
