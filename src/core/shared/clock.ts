/** The only way code asks for the time: injected, so that tests and replays decide what now is. */
export interface Clock {
  /** Epoch milliseconds UTC. */
  now(): number;
  /** Milliseconds since some moment, counting on evenly while the clock is set forward or back; a clock without it is never set. */
  steady?(): number;
}

export const systemClock: Clock = { now: () => Date.now(), steady: () => performance.now() };

/** For spans, such as "nothing happened for so long": a clock that is set makes none of them longer or shorter. */
export function steadyNow(clock: Clock): number {
  return clock.steady?.() ?? clock.now();
}

/** RFC 3339 in UTC with milliseconds: `2025-10-20T03:18:28.648Z`. Fractions of a millisecond are dropped. */
export function toInstant(epochMs: number): string {
  return new Date(Math.floor(epochMs)).toISOString();
}
