import type { Settlement } from '../ports.ts';

/** An address that takes longer is sent several at once, where its channel may. */
const SLOW_MS = 50;

export type LaneMemory = ReturnType<typeof createLaneMemory>;

/** What attempts have shown of each lane, by its name, whether it is open or not. */
export function createLaneMemory() {
  /** Until when. */
  const resting = new Map<string, number>();
  /** ms of the last attempt that each lane took. */
  const paces = new Map<string, number>();
  /** Lanes whose last message was taken. */
  const taking = new Set<string>();

  return {
    rest(lane: string, until: number): void {
      resting.set(lane, until);
    },
    /** Null: it does not rest. */
    restOf: (lane: string): number | null => resting.get(lane) ?? null,
    /** Those that still rest at `at`; the others are awake from now on. */
    resting(at: number): string[] {
      for (const [lane, until] of resting) if (until <= at) resting.delete(lane);
      return [...resting.keys()];
    },
    isSlow: (lane: string): boolean => (paces.get(lane) ?? 0) > SLOW_MS,
    /** Gives whether the lane was opened by this attempt: it takes messages, and did not before. */
    noteAttempt(lane: string, { state, startedAt, at }: Settlement): boolean {
      const wasTaking = taking.has(lane);
      paces.set(lane, at - startedAt);
      if (state === 'sent') taking.add(lane);
      else taking.delete(lane);
      return state === 'sent' && !wasTaking;
    },
  };
}
