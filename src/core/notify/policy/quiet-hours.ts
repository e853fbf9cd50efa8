import type { Recipient, Severity } from '../notification.ts';
import { nextLocalTime, parseTime, timeOfDay } from './local-time.ts';

/** When a message of that severity may leave for that recipient: null is now, else the instant at which the quiet hours release it. Critical passes. */
export function quietUntil(
  { quietHours, timeZone }: Pick<Recipient, 'quietHours' | 'timeZone'>,
  severity: Severity,
  now: number,
): number | null {
  if (!quietHours || severity === 'critical') return null;
  const { from, to, release } = quietHours;
  if (!isWithin(timeOfDay(now, timeZone), parseTime(from), parseTime(to))) return null;
  // The release belongs to the end of these hours, not to one that the clock shows before it.
  const end = nextLocalTime(now, to, timeZone);
  return parseTime(release) === parseTime(to) ? end : nextLocalTime(end, release, timeZone);
}

/** From `from` on, `to` not included; over midnight when `to` is the earlier one. */
function isWithin(time: number, from: number, to: number): boolean {
  return from <= to ? time >= from && time < to : time >= from || time < to;
}
