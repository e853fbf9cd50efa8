import type { Event } from '../events/index.ts';
import { compareEvents } from './fold/candidate.ts';
import type { UnderstandingLimits } from './limits.ts';

/** How many times the kept number is held before it is thinned out. */
const SLACK = 4;
/** Of what came last this much is never thinned: the failure it leads to may still come. */
const RECENT = 1_000;

/** Events that are no part of an incident and may explain one. Bounded: the nearest to a failure stay. */
export class ContextBuffer {
  readonly #limits: Pick<UnderstandingLimits, 'context' | 'contextReachMs'>;
  #events: Event[] = [];

  constructor(limits: Pick<UnderstandingLimits, 'context' | 'contextReachMs'>) {
    this.#limits = limits;
  }

  /** True when `thin` has to be called before the next one. */
  add(event: Event): boolean {
    this.#events.push(event);
    return this.#events.length >= this.#limits.context * SLACK + RECENT;
  }

  /** `failures`: instants of failures seen so far, ascending. */
  thin(failures: readonly number[]): void {
    const recent = this.#events.splice(-RECENT);
    this.#events = [...this.#nearest(this.#events, failures, new Set()), ...recent];
  }

  /** Those within reach of a failure or of its trace, ascending by time, at most the bound; and how many there were. */
  finish(failures: readonly number[], traces: ReadonlySet<string>): { events: Event[]; within: number } {
    const within = this.#events.filter((event) => distanceOf(event, failures, traces) <= this.#limits.contextReachMs);
    const events = this.#nearest(within, failures, traces).sort(compareEvents);
    return { events, within: within.length };
  }

  #nearest(events: readonly Event[], failures: readonly number[], traces: ReadonlySet<string>): Event[] {
    return events
      .map((event) => ({ event, distance: distanceOf(event, failures, traces) }))
      .sort((a, b) => a.distance - b.distance || compareEvents(a.event, b.event))
      .slice(0, this.#limits.context)
      .map(({ event }) => event);
  }
}

function distanceOf(event: Event, failures: readonly number[], traces: ReadonlySet<string>): number {
  if (event.traceId !== null && traces.has(event.traceId)) return 0;
  let low = 0;
  let high = failures.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((failures[middle] as number) < event.time) low = middle + 1;
    else high = middle;
  }
  const after = failures[low];
  const before = failures[low - 1];
  return Math.min(
    after === undefined ? Number.POSITIVE_INFINITY : after - event.time,
    before === undefined ? Number.POSITIVE_INFINITY : event.time - before,
  );
}
