import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { laneOfName } from './adopt-segment.ts';

/** Bytes of the segments that other processes keep beside ours. */
export interface NeighbourBytes {
  low: number;
  total: number;
}

/** At most once in so long on account of a full disk; else with each new file and each beat. */
const LOOK_EVERY_MS = 1_000;

/**
 * What the others have that share a folder: the bound is over all of them. It is looked up with each file that is begun, so together they pass it by one
 * file each at most; a look costs a call for each file there is, of which the bound allows some dozens.
 */
export class Neighbours {
  #bytes: NeighbourBytes = { low: 0, total: 0 };
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #folder: string;
  readonly #own: string;

  constructor({ folder, own }: { folder: string; own: string }) {
    this.#folder = folder;
    this.#own = own;
  }

  get bytes(): NeighbourBytes {
    return this.#bytes;
  }

  look(now: number): void {
    this.#lookedAt = now;
    const bytes = { low: 0, total: 0 };
    for (const name of namesIn(this.#folder)) {
      const path = join(this.#folder, name);
      if (path !== this.#own && !name.startsWith('.')) addFolder(path, bytes, 1);
    }
    this.#bytes = bytes;
  }

  /** For who found no room: another may have made some. */
  lookAgain(now: number): void {
    if (now - this.#lookedAt >= LOOK_EVERY_MS) this.look(now);
  }
}

/** `depth`: what the other took over from the dead stands one folder deeper. */
function addFolder(path: string, bytes: NeighbourBytes, depth: number): void {
  for (const name of namesIn(path)) {
    const lane = laneOfName(name);
    if (lane === null) {
      if (depth > 0 && !name.includes('.')) addFolder(join(path, name), bytes, depth - 1);
      continue;
    }
    const size = sizeOf(join(path, name));
    bytes.total += size;
    if (lane === 'low') bytes.low += size;
  }
}

/** Empty for what is no folder, or is gone by now. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
