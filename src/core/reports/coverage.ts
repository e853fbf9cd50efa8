import type { ReadProblem, SourceState } from '../events/index.ts';
import { toInstant } from '../shared/index.ts';

/** A source that Guardian goes to by itself, and how far it was read. */
export interface FollowedState extends SourceState {
  kind: 'file' | 'syslog' | 'cloud-logging';
  /** What people call it. */
  name: string;
  projectId: number;
  /** Its events are of this service. Null: of those that they name. */
  service: string | null;
  /** Ms from one reading to the next; null: it is read all the time. */
  everyMs: number | null;
}

/** Until when the sources of a report were seen. */
export interface Coverage {
  /** Epoch ms: of those that are read as they should be. */
  until: number;
  /** One for each of the others: its position is the instant it was read to, empty when it never was. */
  behind: ReadProblem[];
}

/** What a reading may take, beyond two pauses. */
const LATE_MS = 60_000;

export function coverageOf(sources: readonly FollowedState[], now: number): Coverage {
  const isBehind = ({ problem, everyMs, seenUntil }: FollowedState) =>
    problem !== null || (everyMs !== null && (seenUntil ?? 0) < now - 2 * everyMs - LATE_MS);
  const kept = sources.filter((source) => !isBehind(source));
  return {
    until: kept.reduce((until, { seenUntil }) => Math.min(until, seenUntil ?? now), now),
    behind: sources.filter(isBehind).map((source) => {
      const until = source.everyMs === null ? source.failingSince : source.seenUntil;
      const position = until === null ? '' : toInstant(until);
      return { kind: 'behind', name: source.name, position, count: 1, detail: source.problem ?? '' };
    }),
  };
}

/** The source that shows nothing of a window that begins at `from` (epoch ms; null: it is open); null: there is none. */
export function unseenSource({ behind }: Coverage, from: number | null): ReadProblem | null {
  return behind.find(({ position }) => position === '' || Date.parse(position) <= (from ?? 0)) ?? null;
}
