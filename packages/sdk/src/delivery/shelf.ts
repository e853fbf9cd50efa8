import type { DeliveryKnobs } from './delivery.ts';
import { LANES, type Lane } from './item.ts';
import type { NeighbourBytes } from './neighbours.ts';
import type { Segment } from './segment.ts';

/**
 * The segments of a delivery, the oldest first in each lane, and the bound in bytes over all of them and those of its neighbours: `low` may use what is not reserved; for what is more
 * important the oldest lesser file goes. Audit entries are never given up.
 */
export class Shelf implements Iterable<Segment> {
  readonly #segments: Record<Lane, Segment[]> = { low: [], high: [], audit: [] };
  readonly #bytes: Record<Lane, number> = { low: 0, high: 0, audit: 0 };
  readonly #knobs: DeliveryKnobs;
  readonly #others: () => NeighbourBytes;

  constructor(knobs: DeliveryKnobs, others: () => NeighbourBytes) {
    this.#knobs = knobs;
    this.#others = others;
  }

  *[Symbol.iterator](): IterableIterator<Segment> {
    for (const lane of LANES) yield* this.#segments[lane];
  }

  newest(lane: Lane): Segment | undefined {
    return this.#segments[lane].at(-1);
  }

  /** Behind the others of its lane; an adopted one before all of ours. */
  add(segment: Segment): void {
    const segments = this.#segments[segment.lane];
    const firstOwn = segment.isAdopted ? segments.findIndex((other) => !other.isAdopted) : -1;
    segments.splice(firstOwn < 0 ? segments.length : firstOwn, 0, segment);
    this.#bytes[segment.lane] += segment.size;
  }

  remove(segment: Segment): void {
    const segments = this.#segments[segment.lane];
    const at = segments.indexOf(segment);
    if (at < 0) return;
    segments.splice(at, 1);
    this.#bytes[segment.lane] -= segment.size;
  }

  grew(lane: Lane, bytes: number): void {
    this.#bytes[lane] += bytes;
  }

  fits(lane: Lane, bytes: number): boolean {
    const { low, high, audit } = this.#bytes;
    return this.#isWithin(lane, { low: low + bytes, total: low + high + audit + bytes });
  }

  /** False: the others leave no room for it, whatever we gave up. */
  mayFit(lane: Lane, bytes: number): boolean {
    return this.#isWithin(lane, { low: bytes, total: bytes });
  }

  #isWithin(lane: Lane, own: NeighbourBytes): boolean {
    const { diskBytes, reservedShare } = this.#knobs;
    const others = this.#others();
    if (own.total + others.total > diskBytes) return false;
    return lane !== 'low' || own.low + others.low <= diskBytes * (1 - reservedShare);
  }

  /** The file that goes first for an entry of that lane; null: none may. */
  victim(lane: Lane): Segment | null {
    const oldest = (name: Lane): Segment | null => {
      const segments = this.#segments[name];
      return segments.find((segment) => segment.diskOnlyBytes > 0) ?? segments[0] ?? null;
    };
    if (lane === 'high') return oldest('low') ?? oldest('high');
    return oldest('low');
  }

  hasDiskOnly(lane: Lane): boolean {
    for (const segment of this.#segments[lane]) if (segment.diskOnlyBytes > 0) return true;
    return false;
  }

  /** Entries that stand only on disk. */
  diskOnlyEntries(): number {
    let sum = 0;
    for (const segment of this) sum += segment.diskOnly.total();
    return sum;
  }

  diskOnlyBytes(): number {
    let sum = 0;
    for (const segment of this) sum += segment.diskOnlyBytes;
    return sum;
  }

  /** Monotonic ms of the oldest entry that stands only on disk, as far as known; null when none does. */
  oldestAt(): number | null {
    let oldest: number | null = null;
    for (const { diskOnlyBytes, diskOnlySince } of this) {
      if (diskOnlyBytes > 0 && (oldest === null || diskOnlySince < oldest)) oldest = diskOnlySince;
    }
    return oldest;
  }

  /** Which replay reads next. */
  oldestWithDiskOnly(): Segment | null {
    let oldest: Segment | null = null;
    for (const lane of LANES) {
      const segment = this.#segments[lane].find((candidate) => candidate.diskOnlyBytes > 0);
      if (segment && (oldest === null || segment.firstOrder < oldest.firstOrder)) oldest = segment;
    }
    return oldest;
  }
}
