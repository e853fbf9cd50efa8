import type { Event } from '../events/index.ts';
import { compareEvents } from './fold/candidate.ts';
import { distanceIn, Instants } from './instants.ts';
import type { UnderstandingLimits } from './limits.ts';

/** How many times the kept number is held before it is thinned out. */
const SLACK = 4;
/** Of what came last this much is never thinned: the failure it leads to may still come. */
const RECENT = 1_000;

/**
 * Events that are no part of an incident and may explain one. Bounded: the nearest to a failure stay.
 *
 * Once more came than may be kept, an event that leaves the latest ones and is farther from every failure than all that is kept is let go at
 * once. Otherwise each event of a long log would outlive the young generation of the heap: measured on 300 MB of access log, a third of the time.
 */
export class ContextBuffer {
  readonly #limits: Pick<UnderstandingLimits, 'context' | 'contextReachMs'>;
  readonly #failures = new Instants();
  /** A ring: `#next` is the oldest one's place when it is full. */
  readonly #recent: Event[] = [];
  #next = 0;
  #events: Event[] = [];
  /** Distance of the farthest event kept when they were thinned last; null before. */
  #farthest: number | null = null;

  constructor(limits: Pick<UnderstandingLimits, 'context' | 'contextReachMs'>) {
    this.#limits = limits;
  }

  add(event: Event): void {
    const leaving = this.#recent[this.#next];
    this.#recent[this.#next] = event;
    this.#next = this.#next + 1 === RECENT ? 0 : this.#next + 1;
    if (leaving === undefined) return;
    if (this.#farthest !== null && this.#failures.distanceTo(leaving.time) >= this.#farthest) return;
    this.#events.push(leaving);
    if (this.#events.length >= this.#limits.context * SLACK) this.#thin();
  }

  /** An event that belongs to an incident: what stands near it may explain it. */
  addFailure(time: number): void {
    this.#failures.add(time);
  }

  /** Those within reach of a failure or of its trace, ascending by time, at most the bound; and how many there were. */
  finish(failures: readonly number[], traces: ReadonlySet<string>): { events: Event[]; within: number } {
    const distanceOf = ({ time, traceId }: Event) =>
      traceId !== null && traces.has(traceId) ? 0 : distanceIn(failures, time);
    const within = nearestFirst([...this.#events, ...this.#recent], distanceOf).filter(
      ({ distance }) => distance <= this.#limits.contextReachMs,
    );
    const events = within.slice(0, this.#limits.context).map(({ event }) => event);
    return { events: events.sort(compareEvents), within: within.length };
  }

  #thin(): void {
    const kept = nearestFirst(this.#events, ({ time }) => this.#failures.distanceTo(time)).slice(
      0,
      this.#limits.context,
    );
    this.#events = kept.map(({ event }) => event);
    this.#farthest = kept.at(-1)?.distance ?? null;
  }
}

function nearestFirst(
  events: readonly Event[],
  distanceOf: (event: Event) => number,
): { event: Event; distance: number }[] {
  return events
    .map((event) => ({ event, distance: distanceOf(event) }))
    .sort((a, b) => byDistance(a.distance, b.distance) || compareEvents(a.event, b.event));
}

/** Two infinite distances are equal. */
function byDistance(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
