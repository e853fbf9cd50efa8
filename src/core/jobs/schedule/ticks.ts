import type { Trigger } from '../job.ts';
import { cronTickAfter, cronTicksBetween, scheduleOf, visitCronTicks } from './cron-ticks.ts';

export interface TickOptions {
  /** No more ticks than these; 1,000 unless told. Who gets as many goes on from the last. */
  limit?: number;
  /** What an interval without an anchor counts from: when the job was first seen, or for a watched job its last run. Without either it has no ticks. */
  firstSeenAt?: number | null;
}

const DEFAULT_LIMIT = 1_000;
const HOUR_MS = 3_600_000;

/**
 * The ticks of a trigger in (from, until], epoch ms, ascending, none twice: cron under its gap and overlap policy, intervals in whole spans
 * from their anchor (which is a tick itself when it is stored, not when it is `firstSeenAt`); `after` and `none` have none.
 * Throws `configuration_invalid` for a trigger that `checkTrigger` refuses.
 */
export function ticksBetween(trigger: Trigger, from: number, until: number, options: TickOptions = {}): number[] {
  const limit = options.limit ?? DEFAULT_LIMIT;
  if (trigger.kind === 'cron') return cronTicksBetween(scheduleOf(trigger), from, until, limit);
  const ticks: number[] = [];
  let next = nextTick(trigger, from, options);
  while (next !== null && next <= until && ticks.length < limit) {
    ticks.push(next);
    next = nextTick(trigger, next, options);
  }
  return ticks;
}

/** The first tick after `after`; null when none comes. */
export function nextTick(trigger: Trigger, after: number, options: TickOptions = {}): number | null {
  if (trigger.kind === 'cron') return cronTickAfter(scheduleOf(trigger), after);
  if (trigger.kind !== 'interval') return null;
  const origin = trigger.anchor ?? options.firstSeenAt ?? null;
  if (origin === null) return null;
  const first = trigger.anchor === null ? 1 : 0;
  const spans = Math.max(first, Math.floor((after - origin) / trigger.everyMs) + 1);
  return origin + spans * trigger.everyMs;
}

/** The next `count` ticks after `after`: fewer when no more come. */
export function nextTicks(trigger: Trigger, after: number, count: number, options: TickOptions = {}): number[] {
  const ticks: number[] = [];
  let next = nextTick(trigger, after, options);
  while (next !== null && ticks.length < count) {
    ticks.push(next);
    next = nextTick(trigger, next, options);
  }
  return ticks;
}

/**
 * The newest `limit` ticks in (from, until], ascending, and whether there were earlier ones. Looks backwards in growing windows, so that a
 * schedule of every second that stood still for a year costs no more than what is asked for.
 */
export function newestTicks(
  trigger: Trigger,
  from: number,
  until: number,
  options: TickOptions = {},
): { ticks: number[]; hasEarlier: boolean } {
  const limit = options.limit ?? DEFAULT_LIMIT;
  let ticks: number[] = [];
  let end = until;
  for (let span = HOUR_MS; end > from && ticks.length <= limit; span = Math.min(2 * span, 30 * 24 * HOUR_MS)) {
    const begin = Math.max(from, end - span);
    ticks = [...allTicks(trigger, begin, end, options), ...ticks];
    end = begin;
  }
  return { ticks: limit > 0 ? ticks.slice(-limit) : [], hasEarlier: ticks.length > limit };
}

/** Without remembering what comes next: a look into the past would push that out. */
function allTicks(trigger: Trigger, from: number, until: number, options: TickOptions): number[] {
  if (trigger.kind !== 'cron')
    return ticksBetween(trigger, from, until, { ...options, limit: Number.POSITIVE_INFINITY });
  const ticks: number[] = [];
  visitCronTicks(scheduleOf(trigger), from, until, (tick) => ticks.push(tick) > 0);
  return ticks;
}
