import type { Event, EventStanding } from '../../events/index.ts';
import { classify } from '../classify.ts';
import { routeOf } from '../endpoint.ts';
import type { UnderstandingLimits } from '../limits.ts';

/** A route that is asked for all the time is told once in so long: a window is looked at with this much before it. */
export const SERVED_EVERY_MS = 10 * 60_000;
/** Routes and hosts remembered, about 200 bytes each; one that was forgotten is told once more. */
const REMEMBERED = 10_000;
const LONGEST_KEY = 300;

export type JudgeStanding = (event: Event, projectId: number) => EventStanding | null;

/** `latencyMs`: a longer request is a latency issue. Remembers which routes were told: one judge for all that comes in. */
export function createStandingJudge(limits: Pick<UnderstandingLimits, 'latencyMs'>): JudgeStanding {
  const told = new Map<string, { span: number; by: string }>();
  return (event, projectId) => {
    const { standing, request } = classify(event, limits);
    if (standing !== 'context') return standing;
    if (request === null || request.path === null || request.status === null || request.status >= 400) return null;
    const key = `${projectId} ${event.service} ${request.host} ${routeOf(request.path)}`.slice(0, LONGEST_KEY);
    const span = Math.floor((event.timeSuspect ? event.observedTime : event.time) / SERVED_EVERY_MS);
    const known = told.get(key);
    // What could not be stored comes again, and tells it again.
    if (known?.span === span) return known.by === event.id ? 'served' : null;
    if (told.size >= REMEMBERED) told.clear();
    told.set(key, { span, by: event.id });
    return 'served';
  };
}
