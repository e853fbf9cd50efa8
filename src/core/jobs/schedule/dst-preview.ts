import type { Trigger } from '../job.ts';
import { visitWallTimes } from './cron-pattern.ts';
import { type CronSchedule, scheduleOf, visitCronTicks } from './cron-ticks.ts';
import { dayStart, wallText } from './local-time.ts';
import { nextTransition, offsetAt, type ZoneTransition } from './zone-offsets.ts';

/** A day on which a zone changes its clock, and what a schedule does on it. Instants are epoch ms, wall-clock times `2026-03-08T02:30:00`. */
export interface DstDay {
  /** The local date that the clock shows after the change. */
  date: string;
  /** The instant of the change. */
  at: number;
  kind: 'gap' | 'overlap';
  /** The wall-clock times left out, or coming twice: [from, to). */
  from: string;
  to: string;
  /** Minutes east of UTC. */
  offsetBefore: number;
  offsetAfter: number;
  /** The ticks of the day, those nearest the change where there are more than 100. */
  ticks: DstTick[];
  tickCount: number;
  /** Wall-clock times of the pattern at which no run starts: in the gap, or the second time of an overlap. The first 100. */
  leftOut: string[];
  leftOutCount: number;
}

export interface DstTick {
  at: number;
  local: string;
  /** `moved`: made up for after the gap; `first`, `second`: of a time that comes twice, both of which run. */
  is: 'plain' | 'moved' | 'first' | 'second';
  /** What it stands for, when it is `moved`: the first 100. */
  movedFrom: string[];
}

const DAY_MS = 86_400_000;
const SHOWN = 100;
const LOOK_AHEAD_MS = 3 * 366 * DAY_MS;

/** The next two days after `after` on which the zone of a cron trigger changes its clock: none for other triggers and for zones that do not. */
export function dstPreview(trigger: Trigger, after: number): DstDay[] {
  if (trigger.kind !== 'cron') return [];
  const schedule = scheduleOf(trigger);
  const days: DstDay[] = [];
  let cursor = after;
  while (days.length < 2) {
    const transition = nextTransition(trigger.timeZone, cursor, after + LOOK_AHEAD_MS);
    if (!transition) return days;
    days.push(previewDay(schedule, transition));
    cursor = transition.at;
  }
  return days;
}

function previewDay(schedule: CronSchedule, transition: ZoneTransition): DstDay {
  const { at, before, after } = transition;
  const isGap = after > before;
  const from = isGap ? at + before : at + after;
  const to = isGap ? at + after : at + before;
  const ticks = ticksAround(schedule, transition);
  const starts = new Set(ticks);
  const wanted: number[] = [];
  visitWallTimes(schedule.pattern, from, to, (wall) => wanted.push(wall) > 0);
  const isMadeUp = isGap && wanted.length > 0 && schedule.pattern.isFixedTime && schedule.trigger.gap === 'run-after';
  const leftOut = isGap ? (isMadeUp ? [] : wanted) : wanted.filter((wall) => !starts.has(wall - after));
  const shown = nearest(ticks, at).map((tick): DstTick => {
    const isMoved = isMadeUp && tick === at;
    const twin = isGap ? null : doubled(tick, transition, starts);
    return {
      at: tick,
      local: wallText(tick + (tick < at ? before : after)),
      is: isMoved ? 'moved' : (twin ?? 'plain'),
      movedFrom: isMoved ? wanted.slice(0, SHOWN).map(wallText) : [],
    };
  });
  return {
    date: wallText(at + after).slice(0, 10),
    at,
    kind: isGap ? 'gap' : 'overlap',
    from: wallText(from),
    to: wallText(to),
    offsetBefore: before / 60_000,
    offsetAfter: after / 60_000,
    ticks: shown,
    tickCount: ticks.length,
    leftOut: leftOut.slice(0, SHOWN).map(wallText),
    leftOutCount: leftOut.length,
  };
}

/** All ticks of the local day, and of the hours that the change itself spans where those lie beyond it. */
function ticksAround(schedule: CronSchedule, { at, before, after }: ZoneTransition): number[] {
  const { timeZone } = schedule.trigger;
  const shift = Math.abs(after - before);
  const midnight = Math.floor((at + after) / DAY_MS) * DAY_MS;
  const begin = Math.min(dayStart(timeZone, midnight, at), after < before ? at - shift : at);
  const end = Math.max(midnight + DAY_MS - offsetAt(timeZone, at), after < before ? at + shift : at);
  const ticks: number[] = [];
  visitCronTicks(schedule, begin - 1, end - 1, (tick) => ticks.push(tick) > 0);
  return ticks;
}

function doubled(tick: number, { at, before, after }: ZoneTransition, starts: Set<number>): 'first' | 'second' | null {
  const shift = before - after;
  if (tick < at) return tick >= at - shift && starts.has(tick + shift) ? 'first' : null;
  return tick < at + shift && starts.has(tick - shift) ? 'second' : null;
}

function nearest(ticks: readonly number[], at: number): number[] {
  if (ticks.length <= SHOWN) return [...ticks];
  const index = ticks.findIndex((tick) => tick >= at);
  const middle = index < 0 ? ticks.length : index;
  const start = Math.max(0, Math.min(middle - SHOWN / 2, ticks.length - SHOWN));
  return ticks.slice(start, start + SHOWN);
}
