import { type Clock, type GuardianError, steadyNow, toGuardianError } from '../../shared/index.ts';
import type { Timer } from './timer.ts';

/** Whether a part of the engine turns; instants are epoch ms. */
export interface LoopState {
  name: string;
  startedAt: number;
  /** End of the last turn that did not fail. */
  lastTurnAt: number | null;
  /** Null: not in a turn now. */
  busySince: number | null;
  failingSince: number | null;
  lastError: GuardianError | null;
  /** No turn ended well for three of its spans (a minute at least), however the clock was set meanwhile. */
  isStopped: boolean;
}

export interface Loop {
  /** Turns at once, or again when it is in a turn. */
  wake(): void;
  /** Waits for the turn that runs. */
  stop(): Promise<void>;
  state(): LoopState;
}

export interface LoopOptions {
  name: string;
  clock: Clock;
  timer: Timer;
  /** Longest span between two turns. */
  everyMs: number;
  /** Gives the instant of the next turn it wants; null: in `everyMs`. */
  turn(): Promise<number | null>;
  onFailure(part: string, error: GuardianError): void;
}

const WAIT_AFTER_FAILURE_MS = 1_000;
const SHORTEST_STOP_MS = 60_000;

/** Turns now, and then again and again, never two turns at once. A turn that fails is told, and the next one comes all the same. */
export function startLoop({ name, clock, timer, everyMs, turn, onFailure }: LoopOptions): Loop {
  const startedAt = clock.now();
  let lastTurnAt: number | null = null;
  let turnedAt = steadyNow(clock);
  let busySince: number | null = null;
  let failingSince: number | null = null;
  let lastError: GuardianError | null = null;
  let isEnding = false;
  let isWanted = false;
  let current: Promise<void> | null = null;
  let cancelWait = () => {};

  async function carryOut(): Promise<void> {
    busySince = clock.now();
    let next: number | null = null;
    try {
      next = await turn();
      lastTurnAt = clock.now();
      turnedAt = steadyNow(clock);
      failingSince = null;
      lastError = null;
    } catch (thrown) {
      lastError = toGuardianError(thrown);
      failingSince ??= clock.now();
      next = clock.now() + WAIT_AFTER_FAILURE_MS;
      onFailure(name, lastError);
    }
    busySince = null;
    current = null;
    if (isEnding) return;
    if (isWanted) {
      isWanted = false;
      begin();
      return;
    }
    const waitMs = next === null ? everyMs : Math.min(everyMs, Math.max(1, next - clock.now()));
    cancelWait = timer.after(waitMs, begin);
  }

  function begin(): void {
    if (isEnding) return;
    if (current) {
      isWanted = true;
      return;
    }
    cancelWait();
    current = carryOut();
  }

  begin();
  return {
    wake: begin,
    async stop() {
      isEnding = true;
      cancelWait();
      await current;
    },
    state() {
      const isStopped = steadyNow(clock) - turnedAt > Math.max(SHORTEST_STOP_MS, 3 * everyMs);
      return { name, startedAt, lastTurnAt, busySince, failingSince, lastError, isStopped };
    },
  };
}
