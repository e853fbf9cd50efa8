import type { IncidentRate } from './input.ts';

/** How long a fingerprint must be silent on revisions that hold the fix before it counts as fixed. */
export interface SilenceNeeded {
  /** Requests of its route; null when only time can be counted. */
  requests: number | null;
  hours: number;
}

const LEAST_REQUESTS = 20;
const LEAST_HOURS_WITH_REQUESTS = 1;
const LEAST_HOURS = 24;

/**
 * With λ incidents a request, n silent requests have the probability e^(-λn) without any fix: 3/λ of them leave at most 5 %
 * (the rule of three, https://doi.org/10.1001/jama.1983.03330370053031). Without requests the same by the hour.
 */
export function silenceNeeded(rate: IncidentRate | null): SilenceNeeded {
  if (rate === null || !(rate.incidents > 0)) return { requests: null, hours: LEAST_HOURS };
  if (rate.requests !== null && rate.requests > 0) {
    const requests = Math.max(LEAST_REQUESTS, Math.ceil((3 * rate.requests) / rate.incidents));
    return { requests, hours: LEAST_HOURS_WITH_REQUESTS };
  }
  return { requests: null, hours: Math.max(LEAST_HOURS, Math.ceil((3 * Math.max(0, rate.hours)) / rate.incidents)) };
}
