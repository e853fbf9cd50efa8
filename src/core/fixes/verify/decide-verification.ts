import { type LeastSilence, type SilenceNeeded, silenceNeeded } from '../../reports/index.ts';
import type { CouldNotLook, Verification } from '../fix.ts';
import type { FixedRevision, FixLook } from '../ports.ts';

const HOUR_MS = 3_600_000;

export interface VerificationInput {
  revision: FixedRevision;
  before: FixLook['before'];
  /** Of the issue since, on no revision that they name. */
  nameless: number;
  /** It was silent enough before they came: then it is seen again, as its issue regresses by them. */
  isProven: boolean;
  sourceHeardAt: number | null;
  /** When the fix was said to be deployed: what the revision did before counts too, the fix is in it. */
  now: number;
  /** ms without anything from any source of the project after which nothing can be said. */
  sourceSilentMs: number;
  /** Default: 20 requests and an hour, else 24 hours. */
  leastSilence?: LeastSilence;
}

/**
 * What one revision that holds the fix tells. Seen once, it is not fixed; seen on nobody knows which revision, or silent because it was taken back, it cannot be told. Silence counts by the requests of the route: with λ incidents a request on
 * broken revisions, 3/λ silent ones leave at most 5 % (and 20 of them, and an hour); where nobody counts requests, by hours in which the service was heard
 * of, 24 at least.
 */
export function decideVerification(input: VerificationInput): Verification {
  const { revision, nameless, isProven, now } = input;
  const needed = neededOf(input);
  const hours = silentHours(revision, now);
  const requests = revision.requests ?? 0;
  const isByRequests = needed.requests !== null;
  const incidents = revision.incidents + (isProven ? nameless : 0);
  const said = {
    revision: revision.name,
    incidents,
    requests: revision.requests,
    hours,
    needed: isByRequests ? needed.requests : needed.hours,
    unit: isByRequests ? ('requests' as const) : ('hours' as const),
    neededHours: needed.hours,
    problem: null,
    lookAlikes: revision.lookAlikes,
    at: now,
  };
  if (incidents > 0) return { ...said, outcome: 'still seen' };
  if (nameless > 0) return { ...said, outcome: 'could not look', problem: 'revision-unsaid' };
  if (revision.isTakenBack) return { ...said, outcome: 'could not look', problem: 'taken-back' };
  if (requests >= (needed.requests ?? 0) && hours >= needed.hours) return { ...said, outcome: 'fixed' };
  if (isSourceDown(input)) return { ...said, outcome: 'could not look', problem: 'source-down' };
  const hasTraffic = isByRequests ? requests > 0 : revision.heardAt !== null;
  return { ...said, outcome: hasTraffic ? 'too early' : 'no traffic' };
}

/** By requests only where they are counted on the revision too. */
function neededOf({ revision, before, leastSilence }: VerificationInput): SilenceNeeded {
  return silenceNeeded(
    { ...before, requests: revision.requests === null ? null : (before.requests ?? 0) },
    leastSilence,
  );
}

function silentHours({ heardAt, firstSeen }: FixedRevision, now: number): number {
  return heardAt === null ? 0 : Math.max(0, (Math.min(now, heardAt) - firstSeen) / HOUR_MS);
}

function isSourceDown({ sourceHeardAt, now, sourceSilentMs }: VerificationInput): boolean {
  return sourceHeardAt === null || now - sourceHeardAt > sourceSilentMs;
}

/** Where nothing could be looked at. */
export function couldNotLook(problem: CouldNotLook, revision: string, at: number): Verification {
  const nothing = { incidents: 0, requests: null, hours: 0, needed: null, neededHours: 24, lookAlikes: [] };
  return { revision, outcome: 'could not look', ...nothing, unit: 'hours', problem, at };
}
