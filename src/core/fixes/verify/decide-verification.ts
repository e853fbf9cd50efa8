import { type LeastSilence, silenceNeeded } from '../../reports/index.ts';
import type { CouldNotLook, Verification } from '../fix.ts';
import type { FixedRevision, FixLook } from '../ports.ts';

const HOUR_MS = 3_600_000;

export interface VerificationInput {
  revision: FixedRevision;
  before: FixLook['before'];
  sourceHeardAt: number | null;
  /** When the fix was said to be deployed: what the revision did before counts too, the fix is in it. */
  now: number;
  /** ms without anything from any source of the project after which nothing can be said. */
  sourceSilentMs: number;
  /** Default: 20 requests and an hour, else 24 hours. */
  leastSilence?: LeastSilence;
}

/**
 * What one revision that holds the fix tells. Seen once, it is not fixed. Silence counts by the requests of the route: with λ incidents a request on
 * broken revisions, 3/λ silent ones leave at most 5 % (and 20 of them, and an hour); where nobody counts requests, by hours in which the service was heard
 * of, 24 at least.
 */
export function decideVerification(input: VerificationInput): Verification {
  const { revision, before, sourceHeardAt, now, sourceSilentMs } = input;
  const rate = { ...before, requests: revision.requests === null ? null : before.requests };
  const needed = silenceNeeded(rate, input.leastSilence);
  const hours =
    revision.heardAt === null ? 0 : Math.max(0, (Math.min(now, revision.heardAt) - revision.firstSeen) / HOUR_MS);
  const isByRequests = needed.requests !== null;
  const said = {
    revision: revision.name,
    incidents: revision.incidents,
    requests: revision.requests,
    hours,
    needed: isByRequests ? needed.requests : needed.hours,
    unit: isByRequests ? ('requests' as const) : ('hours' as const),
    neededHours: needed.hours,
    problem: null,
    lookAlikes: revision.lookAlikes,
    at: now,
  };
  if (revision.incidents > 0) return { ...said, outcome: 'still seen' };
  const isSilentEnough = needed.requests === null || (revision.requests ?? 0) >= needed.requests;
  if (isSilentEnough && hours >= needed.hours) return { ...said, outcome: 'fixed' };
  if (sourceHeardAt === null || now - sourceHeardAt > sourceSilentMs)
    return { ...said, outcome: 'could not look', problem: 'source-down' };
  const hasTraffic = isByRequests ? (revision.requests ?? 0) > 0 : revision.heardAt !== null;
  return { ...said, outcome: hasTraffic ? 'too early' : 'no traffic' };
}

/** Where nothing could be looked at. */
export function couldNotLook(problem: CouldNotLook, revision: string, at: number): Verification {
  const nothing = { incidents: 0, requests: null, hours: 0, needed: null, neededHours: 24, lookAlikes: [] };
  return { revision, outcome: 'could not look', ...nothing, unit: 'hours', problem, at };
}
