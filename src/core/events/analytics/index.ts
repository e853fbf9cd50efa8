export * from './analytics.ts';
export { BatchAnalytics } from './batch-analytics.ts';
export { createNameBound, type DayNames, type DayOfService } from './bound-names.ts';
export { createLiveRates, createLiveTally, type LiveCount, type LiveRate, type LiveRates } from './live-rates.ts';
export { mergeBatches } from './merge-batches.ts';
export { type AnalyticsIncrements, rollUp } from './roll-up.ts';
