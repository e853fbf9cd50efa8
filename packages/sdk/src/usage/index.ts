export type { AddressSource, ForwardedAddress } from './client-address.ts';
export type { MessageTable } from './describe-error.ts';
export type { FeatureTable } from './feature-name.ts';
export type { Tracker } from './tracker.ts';
export { createUsage, type Usage } from './usage.ts';
export type { UsageCounters } from './usage-counters.ts';
export type {
  Identity,
  IncomingRequest,
  Person,
  ReportedFailure,
  TrackOptions,
  UsageOptions,
} from './usage-options.ts';
