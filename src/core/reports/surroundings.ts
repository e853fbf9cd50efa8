import type { Event } from '../events/index.ts';

/** Milliseconds. What lies further away explains another failure, even on the same instance. */
const REACH_MS = 10 * 60_000;

/**
 * The entries that explain an event best: first those of its own request or trace, then of its instance, then of its revision,
 * nearest in time first, three before it for each one after it. At most `limit`, the event itself included; ascending by time.
 */
export function surroundings(event: Event, context: readonly Event[], limit: number): Event[] {
  if (limit < 1) return [];
  const others = context.filter((other) => other.id !== event.id && Math.abs(other.time - event.time) <= REACH_MS);
  const ranked = others
    .map((other) => ({ other, kinship: kinship(event, other), distance: distance(event, other) }))
    .sort((a, b) => b.kinship - a.kinship || a.distance - b.distance || byTime(a.other, b.other));
  return [event, ...ranked.slice(0, limit - 1).map(({ other }) => other)].sort(byTime);
}

/** Ascending by time; equal times by id, so that the order never depends on how the events arrived. */
export function byTime(a: Event, b: Event): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What led to a failure explains it more than what followed. */
function distance(event: Event, other: Event): number {
  const ahead = other.time - event.time;
  return ahead > 0 ? ahead * 3 : -ahead;
}

function kinship(event: Event, other: Event): number {
  if (isSame(event.traceId, other.traceId) || isSame(event.request?.id, other.request?.id)) return 3;
  if (isSame(event.instance, other.instance)) return 2;
  return isSame(event.revision, other.revision) ? 1 : 0;
}

function isSame(one: string | null | undefined, other: string | null | undefined): boolean {
  return one != null && one !== '' && one === other;
}
