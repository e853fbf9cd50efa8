/** The only way code asks for the time: injected, so that tests and replays decide what now is. */
export interface Clock {
  /** Epoch milliseconds UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** RFC 3339 in UTC with milliseconds: `2025-10-20T03:18:28.648Z`. Fractions of a millisecond are dropped. */
export function toInstant(epochMs: number): string {
  return new Date(Math.floor(epochMs)).toISOString();
}
