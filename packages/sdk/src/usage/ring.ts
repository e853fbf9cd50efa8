import type { Route } from './route-table.ts';

/** A power of two, so that a position is a mask away. */
export const RING_SLOTS = 4_096;

/**
 * What a request leaves behind when it ends, until the next drain: numbers in typed arrays, references in lists that were made once.
 * Nothing is allocated per request, and nothing is written out before the drain.
 */
export class Ring {
  readonly startedAt = new Float64Array(RING_SLOTS);
  readonly endedAt = new Float64Array(RING_SLOTS);
  readonly statuses = new Uint16Array(RING_SLOTS);
  readonly routes = filled<Route | null>(null);
  readonly users = filled<string | null>(null);
  readonly sessions = filled<string | undefined>(undefined);
  readonly userAgents = filled<string | undefined>(undefined);
  readonly requestIds = filled<string | undefined>(undefined);
  readonly traceParents = filled<string | undefined>(undefined);
  readonly addresses = filled<string | undefined>(undefined);
  readonly thrown = filled<unknown>(undefined);
  /** Written and drained so far; the difference waits. */
  written = 0;
  drained = 0;

  get waiting(): number {
    return this.written - this.drained;
  }

  /** Lets go of what the drained slots held. */
  release(count: number): void {
    for (let index = this.drained; index < this.drained + count; index++) {
      const slot = index & (RING_SLOTS - 1);
      this.routes[slot] = null;
      this.users[slot] = null;
      this.sessions[slot] = undefined;
      this.userAgents[slot] = undefined;
      this.requestIds[slot] = undefined;
      this.traceParents[slot] = undefined;
      this.addresses[slot] = undefined;
      this.thrown[slot] = undefined;
    }
    this.drained += count;
  }
}

function filled<T>(value: T): T[] {
  return Array.from({ length: RING_SLOTS }, () => value);
}
