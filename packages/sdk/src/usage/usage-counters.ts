/** Since the start of the sender; told with every `sequence` record, and to `doctor`. Reading changes nothing. */
export interface UsageCounters {
  /** Requests that became records. */
  requests: number;
  /** Of them without identity. */
  anonymous: number;
  /** None of a user's: health, static, OPTIONS, probes. */
  skipped: number;
  /** `DNT: 1` or `Sec-GPC: 1`. */
  optedOut: number;
  /** The resolver threw, or answered a promise or something that is no identity. */
  identityFailed: number;
  /** Requests of a template past the bound, recorded as `(other)`. */
  templatesOther: number;
  /** Anonymous errors past the cap: counted, no row of their own. */
  errorsCapped: number;
  activities: number;
  logins: number;
  logouts: number;
  /** Failures that the application reported outside a request. */
  reported: number;
  /** Records that were made and given up: ended after the stop, or refused by the delivery. */
  lost: number;
}

export function noUsage(): UsageCounters {
  return {
    requests: 0,
    anonymous: 0,
    skipped: 0,
    optedOut: 0,
    identityFailed: 0,
    templatesOther: 0,
    errorsCapped: 0,
    activities: 0,
    logins: 0,
    logouts: 0,
    reported: 0,
    lost: 0,
  };
}
