import type { CronTrigger } from '../job.ts';
import { hasWallTime, type ReadPattern, readPattern, visitWallTimes } from './cron-pattern.ts';
import { lastTransition, nextTransition, offsetAt, type ZoneTransition } from './zone-offsets.ts';

/**
 * A cron trigger that was read.
 *
 * Between two changes of its offset a zone's clock runs like any other, so the ticks are found piece by piece: the wall-clock times that
 * match, less the offset. A pattern that is a rhythm needs no more than that: the hour that comes twice lies in two pieces, the hour left
 * out in none. For a fixed-time pattern the seams are what the policy is about: a piece that begins by turning back repeats the end of
 * the former one (`once` leaves that part out), and a piece that begins with a jump left out what `run-after` makes up for at its first
 * instant. croner's own search is not used for it: it runs times of a gap over midnight never, and knows neither `skip` nor `both`.
 */
export interface CronSchedule {
  trigger: CronTrigger;
  pattern: ReadPattern;
  /** What the last search found: nothing in (after, until], but `next` where it is a number. */
  known: { after: number; until: number; next: number | null };
}

/** Every date and weekday comes within 40 years (29 February on a given weekday, over 2100). What does not come by then never does. */
const HORIZON_MS = 41 * 366 * 86_400_000;
/** Longer than any clock was turned back. */
const LONGEST_SHIFT_MS = 2 * 86_400_000;
/** A search that ends soon shall not learn the zone's clock changes of forty years. */
const LONGEST_PIECE_MS = 366 * 86_400_000;
const MOST_SCHEDULES = 20_000;

const schedules = new Map<string, CronSchedule>();

/** Read once per pattern, zone and policy: what looks at 1,000 schedules each second reads none. Throws croner's errors, and that of an unknown zone. */
export function scheduleOf(trigger: CronTrigger): CronSchedule {
  const key = `${trigger.pattern}|${trigger.timeZone}|${trigger.gap}|${trigger.overlap}`;
  let schedule = schedules.get(key);
  if (!schedule) {
    offsetAt(trigger.timeZone, 0);
    schedule = { trigger, pattern: readPattern(trigger.pattern), known: { after: 0, until: 0, next: null } };
    if (schedules.size >= MOST_SCHEDULES) schedules.clear();
    schedules.set(key, schedule);
  }
  return schedule;
}

/** The ticks in (from, until], in order, at most `limit`. */
export function cronTicksBetween(schedule: CronSchedule, from: number, until: number, limit: number): number[] {
  const ticks: number[] = [];
  if (until <= from || limit <= 0) return ticks;
  const { known } = schedule;
  let begin = from;
  if (from >= known.after && from < known.until) {
    if (until < known.until || (until === known.until && known.next === null)) return ticks;
    begin = known.until - 1;
  }
  visitCronTicks(schedule, begin, until, (tick) => ticks.push(tick) < limit);
  // All of them are out: with the one after, the looks until then cost nothing.
  if (ticks.length < limit) {
    const next = cronTickAfter(schedule, until);
    schedule.known = { after: ticks.at(-1) ?? from, until: next ?? until + HORIZON_MS, next };
  }
  return ticks;
}

/** Null: it never comes. */
export function cronTickAfter(schedule: CronSchedule, after: number): number | null {
  const { known } = schedule;
  if (after >= known.after && after < known.until && known.next !== null) return known.next;
  let found: number | null = null;
  visitCronTicks(schedule, after, after + HORIZON_MS, (tick) => {
    found = tick;
    return false;
  });
  return found;
}

/** The ticks in (from, until], in order, until `visit` says false. */
export function visitCronTicks(
  schedule: CronSchedule,
  from: number,
  until: number,
  visit: (tick: number) => boolean,
): void {
  const { timeZone } = schedule.trigger;
  let begin = from + 1;
  let entered = lastTransition(timeZone, begin - LONGEST_SHIFT_MS, begin);
  let offset = offsetAt(timeZone, begin);
  while (begin <= until) {
    const longestEnd = Math.min(until, begin + LONGEST_PIECE_MS);
    const next = nextTransition(timeZone, begin, longestEnd);
    const end = next ? next.at : longestEnd + 1;
    const isMadeUp = entered?.at === begin && runsAfter(schedule, entered);
    if (isMadeUp && !visit(begin)) return;
    const lowest = entered ? Math.max(begin + offset, repeatedUntil(schedule, entered)) : begin + offset;
    const madeUp = isMadeUp ? begin + offset : Number.NaN;
    if (!visitWallTimes(schedule.pattern, lowest, end + offset, (wall) => wall === madeUp || visit(wall - offset)))
      return;
    begin = end;
    entered = next;
    if (next) offset = next.after;
  }
}

/** Wall-clock times below this one have been there before the clock was turned back. */
function repeatedUntil({ trigger, pattern }: CronSchedule, { at, before }: ZoneTransition): number {
  return pattern.isFixedTime && trigger.overlap === 'once' ? at + before : Number.NEGATIVE_INFINITY;
}

function runsAfter({ trigger, pattern }: CronSchedule, { at, before, after }: ZoneTransition): boolean {
  if (!pattern.isFixedTime || trigger.gap !== 'run-after' || after <= before) return false;
  return hasWallTime(pattern, at + before, at + after);
}
