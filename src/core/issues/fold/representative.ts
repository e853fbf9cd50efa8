import { type Exception, SEVERITY } from '../../events/index.ts';
import type { OriginOf } from '../application-frame.ts';
import { type Candidate, isStampedAtStart } from './candidate.ts';

const SIGNAL_ORDER = { OOM: 0, CRASH: 1, UNHEALTHY: 2 } as const;

/** Counts once per exceptions array, which equal stacks share. */
export function applicationFrameCounter(originOf: OriginOf): (exceptions: readonly Exception[]) => number {
  const counts = new WeakMap<readonly Exception[], number>();
  return (exceptions) => {
    if (exceptions.length === 0) return 0;
    const known = counts.get(exceptions);
    if (known !== undefined) return known;
    let count = 0;
    for (const { frames, language } of exceptions) {
      for (const frame of frames) if (originOf(frame, language).isApplication) count++;
    }
    counts.set(exceptions, count);
    return count;
  };
}

/**
 * The member that tells most: most application frames, then the longest chain, then first. Among members without a stack the platform's
 * word on a death comes before all, and a message before a bare request record, which only says that something failed.
 */
export function chooseRepresentative(
  members: readonly Candidate[],
  countFrames: (exceptions: readonly Exception[]) => number,
): Candidate {
  let best = members[0] as Candidate;
  if (members.length === 1) return best;
  for (const member of members) if (compareTelling(member, best, countFrames) < 0) best = member;
  return best;
}

function compareTelling(a: Candidate, b: Candidate, countFrames: (exceptions: readonly Exception[]) => number): number {
  return (
    countFrames(b.event.exceptions) - countFrames(a.event.exceptions) ||
    b.event.exceptions.length - a.event.exceptions.length ||
    signalRank(a) - signalRank(b) ||
    Number(isBareRequest(a)) - Number(isBareRequest(b)) ||
    standingRank(a) - standingRank(b)
  );
}

function signalRank({ signal }: Candidate): number {
  return signal === null ? 3 : SIGNAL_ORDER[signal.type];
}

/**
 * A record of a request and nothing else: its status is all it says. An error that carries the request's fields and has words of its
 * own (no access line, which repeats the path) is more than that.
 */
export function isBareRequest({ event, request }: Pick<Candidate, 'event' | 'request'>): boolean {
  if (event.exceptions.length > 0 || request?.status == null) return false;
  if (event.severityNumber < SEVERITY.error || isStampedAtStart(event)) return true;
  return request.path !== null && event.body.includes(request.path);
}

function standingRank({ standing }: Candidate): number {
  return standing === 'error' ? 0 : standing === 'warning' ? 1 : 2;
}
