import { hash } from 'node:crypto';

/** An event of an issue, as far as forgetting cares. */
export interface ForgettableEvent {
  seq: number;
  id: string;
  /** Epoch ms. */
  time: number;
  /** Events its issue held when it arrived; where that is not known, those it holds now. */
  storedInIssue: number;
}

const HOUR_MS = 3_600_000;

/**
 * How little is lost with an event: the bits of `round(r · n · 2)` without trailing zeros, and `log4(age in hours + 1)`. Round numbers have
 * few bits, so what stays is spread over the issue's life like the marks of a ruler, denser where it is newer. `r` comes from the
 * event's id: the same event is always as irrelevant. After Bugsink's retention (https://www.bugsink.com/docs/event-retention/).
 */
export function irrelevanceOf({ id, time, storedInIssue }: ForgettableEvent, now: number): number {
  const ageHours = Math.max(0, now - time) / HOUR_MS;
  return significantBits(Math.round(chanceOf(id) * storedInIssue * 2)) + Math.log(ageHours + 1) / Math.log(4);
}

/** In [0, 1), the same for the same id. */
export function chanceOf(id: string): number {
  return Number.parseInt(hash('sha256', id).slice(0, 13), 16) / 2 ** 52;
}

/** The length in bits of a whole number from its first 1 to its last 1; 0 for 0. */
export function significantBits(value: number): number {
  if (value <= 0) return 0;
  let odd = value;
  while (odd % 2 === 0) odd /= 2;
  return Math.floor(Math.log2(odd)) + 1;
}
