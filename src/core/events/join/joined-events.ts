import type { Event } from '../event.ts';

/** What comes out of joining, in its order. */
export class JoinedEvents {
  /** Traces cut at the number of lines or characters. */
  cutTraces = 0;
  private events: Event[] = [];
  private readonly traced = new WeakSet<Event>();

  add(event: Event): void {
    this.events.push(event);
  }

  /** Those since the last call. */
  take(): Event[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Some line of it, given out or not yet, belongs to a stack trace. */
  noteTrace(event: Event): void {
    this.traced.add(event);
  }

  hasTrace(event: Event): boolean {
    return this.traced.has(event);
  }
}
