/** Instants this near to a known one are not told apart, milliseconds: it bounds a storm. */
const RESOLUTION_MS = 1_000;
/** Instants remembered; at one a second more than two days of nothing but failures. */
const REMEMBERED = 200_000;
const FRESH = 1_024;

/**
 * Instants that come in any order, and how far the nearest one is. Ascending, in two lists: a short one takes the newcomers, so that a log
 * that is read backwards does not move all of them at each.
 */
export class Instants {
  #settled: number[] = [];
  #fresh: number[] = [];

  add(time: number): void {
    if (this.#settled.length >= REMEMBERED || this.distanceTo(time) < RESOLUTION_MS) return;
    this.#fresh.splice(firstFrom(this.#fresh, time), 0, time);
    if (this.#fresh.length < FRESH) return;
    this.#settled = merged(this.#settled, this.#fresh);
    this.#fresh = [];
  }

  /** Milliseconds to the nearest one; infinite without any. */
  distanceTo(time: number): number {
    return Math.min(distanceIn(this.#settled, time), distanceIn(this.#fresh, time));
  }
}

/** Milliseconds from `time` to the nearest of ascending instants; infinite without any. */
export function distanceIn(ascending: readonly number[], time: number): number {
  const at = firstFrom(ascending, time);
  const after = ascending[at];
  const before = ascending[at - 1];
  return Math.min(
    after === undefined ? Number.POSITIVE_INFINITY : after - time,
    before === undefined ? Number.POSITIVE_INFINITY : time - before,
  );
}

function firstFrom(ascending: readonly number[], time: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merged(left: readonly number[], right: readonly number[]): number[] {
  const result: number[] = [];
  let at = 0;
  for (const time of left) {
    while (at < right.length && (right[at] as number) < time) result.push(right[at++] as number);
    result.push(time);
  }
  while (at < right.length) result.push(right[at++] as number);
  return result;
}
