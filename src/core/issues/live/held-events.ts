import type { FolderKnobs } from './knobs.ts';
import type { LiveEvent } from './live-event.ts';

/** The events of all services in memory, in the order they were read. */
export class HeldEvents {
  readonly #bounds: Pick<FolderKnobs, 'events' | 'bytes'>;
  /** With those that are settled, until they are many. */
  #events: LiveEvent[] = [];
  #settled = new Set<LiveEvent>();
  #bytes = 0;

  constructor(bounds: Pick<FolderKnobs, 'events' | 'bytes'>) {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#events.length - this.#settled.size;
  }

  /** Of their queued text. */
  get bytes(): number {
    return this.#bytes;
  }

  add(event: LiveEvent): void {
    this.#events.push(event);
    this.#bytes += event.bytes;
  }

  settle(settled: ReadonlySet<LiveEvent>): void {
    for (const event of settled) {
      this.#settled.add(event);
      this.#bytes -= event.bytes;
    }
    if (this.#settled.size * 4 < this.#events.length) return;
    this.#events = this.#events.filter((event) => !this.#settled.has(event));
    this.#settled = new Set();
  }

  /** Those that arrived first, as many as there are too many, and a tenth of the bound more: so that it is not reached at every pass. */
  beyondBounds(): ReadonlySet<LiveEvent> {
    const { events, bytes } = this.#bounds;
    const early = new Set<LiveEvent>();
    if (this.count <= events && this.#bytes <= bytes) return early;
    let leftEvents = this.count;
    let leftBytes = this.#bytes;
    for (const event of this.#events) {
      if (leftEvents <= events * 0.9 && leftBytes <= bytes * 0.9) break;
      if (this.#settled.has(event)) continue;
      early.add(event);
      leftEvents--;
      leftBytes -= event.bytes;
    }
    return early;
  }

  clear(): void {
    this.#events = [];
    this.#settled = new Set();
    this.#bytes = 0;
  }
}
