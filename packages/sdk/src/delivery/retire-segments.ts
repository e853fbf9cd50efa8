import { dirname } from 'node:path';
import type { TellTrouble } from '../trouble.ts';
import type { DropReason } from './delivery.ts';
import type { Item } from './item.ts';
import { removeIfEmpty } from './owner.ts';
import { reasonOf } from './reason-of.ts';
import type { Segment } from './segment.ts';
import type { Shelf } from './shelf.ts';
import { COUNTER_LEVELS } from './tally.ts';

/** So many entries of one level that stood only on disk are lost. */
export interface DiskLoss {
  /** Of the level in a tally. */
  place: number;
  count: number;
  reason: DropReason;
  segment: Segment;
}

export interface RetirementOptions {
  shelf: Shelf;
  tell: TellTrouble;
  onLost: (loss: DiskLoss) => void;
}

/** How segments end: entry by entry as they are settled, and as a file with the last of them; or given up, with what stands only there. */
export class Retirement {
  readonly #options: RetirementOptions;
  readonly #deletions = new Set<Promise<void>>();

  constructor(options: RetirementOptions) {
    this.#options = options;
  }

  /** What is settled is marked, and a file goes with the last of it. */
  settle(items: readonly Item[]): void {
    const ranges = new Map<Segment, [number, number][]>();
    for (const { segment, offset, length } of items) {
      if (!segment || segment.isGone) continue;
      segment.remaining--;
      const known = ranges.get(segment);
      const last = known?.at(-1);
      if (last?.[1] === offset) last[1] = offset + length;
      else if (known) known.push([offset, offset + length]);
      else ranges.set(segment, [[offset, offset + length]]);
    }
    for (const [segment, sent] of ranges) if (!this.removeIfDone(segment)) this.#mark(segment, sent);
  }

  /** The file goes when nothing is appended to it any more and all of it is settled; true when it does. */
  removeIfDone(segment: Segment): boolean {
    if (!segment.isClosed || segment.remaining !== 0) return false;
    this.#remove(segment);
    return true;
  }

  /** The file goes for the sake of others, and what stands only there is lost. */
  giveUp(segment: Segment): void {
    this.#lose(segment, 'disk-full');
    this.#remove(segment);
  }

  /** Replay has seen the whole file: what it did not find again is damaged. */
  giveUpRest(segment: Segment): void {
    if (segment.diskOnly.total() === 0) return;
    this.#lose(segment, 'torn');
    this.removeIfDone(segment);
  }

  /** All files that were to go are gone. */
  async finished(): Promise<void> {
    await Promise.all(this.#deletions);
  }

  /** What stands only in this file counts as lost. */
  #lose(segment: Segment, reason: DropReason): void {
    for (let place = 0; place < COUNTER_LEVELS.length; place++) {
      const count = segment.diskOnly.at(place);
      if (count === 0) continue;
      segment.diskOnly.add(place, -count);
      segment.remaining -= count;
      this.#options.onLost({ place, count, reason, segment });
    }
    segment.diskOnlyBytes = 0;
  }

  #remove(segment: Segment): void {
    const { shelf, tell } = this.#options;
    shelf.remove(segment);
    const deletion = new Promise<void>((resolve) => {
      segment.delete((error) => {
        if (error) tell('segment-kept', `a segment that was sent cannot be deleted: ${reasonOf(error)}`);
        else if (segment.isAdopted) removeIfEmpty(dirname(segment.path));
        resolve();
      });
    }).then(() => void this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
  }

  #mark(segment: Segment, sent: [number, number][]): void {
    try {
      segment.markSent(sent);
    } catch (error) {
      this.#options.tell(
        'sent-marker',
        `what was sent cannot be marked, so a restart sends it again: ${reasonOf(error)}`,
      );
    }
  }
}
