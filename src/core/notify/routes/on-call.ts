import { localClock } from '../policy/local-time.ts';
import type { Rotation } from './directory.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Who has the role at that instant; null: the rotation has no members. */
export function onCall({ members, from, everyMs, timeZone }: Rotation, now: number): string | null {
  if (members.length === 0) return null;
  const elapsed = everyMs % DAY_MS === 0 ? localClock(now, timeZone) - localClock(from, timeZone) : now - from;
  const turn = Math.floor(elapsed / everyMs);
  return members[((turn % members.length) + members.length) % members.length]!;
}
