import type { IncidentRate } from './input.ts';

/** How long a fingerprint must be silent on revisions that hold the fix before it counts as fixed. */
export interface SilenceNeeded {
  /** Requests of its route; null when only time can be counted. */
  requests: number | null;
  hours: number;
}

/** Silence counts as no less than this, however often it happened. */
export interface LeastSilence {
  /** Requests of its route. */
  requests: number;
  /** Beside them. */
  hours: number;
  /** Where nobody counts requests. */
  hoursAlone: number;
}

export const LEAST_SILENCE: LeastSilence = { requests: 20, hours: 1, hoursAlone: 24 };

/**
 * With λ incidents a request, n silent requests have the probability e^(-λn) without any fix: 3/λ of them leave at most 5 %
 * (the rule of three, https://doi.org/10.1001/jama.1983.03330370053031). Without requests the same by the hour. Where nobody knows how
 * often it happens, it is the least of either.
 */
export function silenceNeeded(rate: IncidentRate | null, least: LeastSilence = LEAST_SILENCE): SilenceNeeded {
  if (rate === null || !(rate.incidents > 0))
    return { requests: (rate?.requests ?? null) === null ? null : least.requests, hours: least.hoursAlone };
  if (rate.requests !== null && rate.requests > 0) {
    const requests = Math.max(least.requests, Math.ceil((3 * rate.requests) / rate.incidents));
    return { requests, hours: least.hours };
  }
  return {
    requests: null,
    hours: Math.max(least.hoursAlone, Math.ceil((3 * Math.max(0, rate.hours)) / rate.incidents)),
  };
}
