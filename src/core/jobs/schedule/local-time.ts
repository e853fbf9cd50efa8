import type { Deadline } from '../job.ts';
import { cronTickAfter, scheduleOf } from './cron-ticks.ts';
import { nextTransition, offsetAt } from './zone-offsets.ts';

const DAY_MS = 86_400_000;
const LOCAL_TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Hours, minutes and seconds of `05:00` or `05:00:30`; null for anything else. */
export function readLocalTime(time: string): { hour: number; minute: number; second: number } | null {
  const read = LOCAL_TIME.exec(time);
  return read && { hour: Number(read[1]), minute: Number(read[2]), second: Number(read[3] ?? 0) };
}

/**
 * The instant (epoch ms) of a deadline of a tick: so long after it, or the next such local time at or after it. A local time that a clock
 * change leaves out is the first valid instant after it; of one that comes twice, the next. A local time that cannot be read (`checkDeadline`
 * refuses it) gives null.
 */
export function deadlineInstant(deadline: Deadline, tick: number): number | null {
  if (deadline.kind === 'after') return tick + deadline.ms;
  const time = readLocalTime(deadline.time);
  if (!time) return null;
  const { hour, minute, second } = time;
  const pattern = `${second} ${minute} ${hour} * * *`;
  const { timeZone } = deadline;
  return cronTickAfter(scheduleOf({ kind: 'cron', pattern, timeZone, gap: 'run-after', overlap: 'both' }), tick - 1);
}

/**
 * The first instant of the local day that stood just before `instant`: at midnight itself it is the midnight a day ago. Where a clock change
 * leaves midnight out it is the day's first valid instant, where midnight comes twice the first.
 */
export function localMidnightBefore(instant: number, timeZone: string): number {
  const last = instant - 1;
  const midnight = Math.floor((last + offsetAt(timeZone, last)) / DAY_MS) * DAY_MS;
  return dayStart(timeZone, midnight, last);
}

/** The first instant of the local day whose midnight reads `midnight` (epoch ms as if UTC); `inside` is any instant of that day. */
export function dayStart(timeZone: string, midnight: number, inside: number): number {
  // No day is longer than this, not even one that a clock is turned back in.
  let begin = inside - 3 * DAY_MS;
  for (;;) {
    const offset = offsetAt(timeZone, begin);
    const next = nextTransition(timeZone, begin, inside);
    const end = next ? next.at : inside + 1;
    const start = Math.max(begin, midnight - offset);
    if (start < end && start + offset < midnight + DAY_MS) return start;
    begin = end;
  }
}

/** `2026-03-08T03:00:00`: of a wall-clock time (epoch ms as if UTC), which need not exist. */
export function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19);
}
