import { LEVELS, type Level } from '../record.ts';
import type { ByLevel, CounterLevel } from './delivery.ts';

/** As segments store a level: one byte. Never reordered: files of older versions are read by it. */
export const COUNTER_LEVELS: readonly CounterLevel[] = [...(Object.keys(LEVELS) as Level[]), 'audit'];

const PLACES: Readonly<Record<CounterLevel, number>> = {
  trace: 0,
  debug: 1,
  info: 2,
  warn: 3,
  error: 4,
  fatal: 5,
  audit: 6,
};

export function levelPlace(level: CounterLevel): number {
  return PLACES[level];
}

/** Counts by level. */
export class Tally {
  readonly #counts = new Float64Array(COUNTER_LEVELS.length);

  add(place: number, quantity = 1): void {
    this.#counts[place]! += quantity;
  }

  at(place: number): number {
    return this.#counts[place]!;
  }

  total(): number {
    let sum = 0;
    for (const count of this.#counts) sum += count;
    return sum;
  }

  byLevel(): ByLevel {
    return Object.fromEntries(COUNTER_LEVELS.map((level, place) => [level, this.#counts[place]!])) as ByLevel;
  }
}
