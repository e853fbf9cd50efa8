/** The only way the engine waits: injected with the clock, so that tests decide when it is over. */
export interface Timer {
  /** Calls once, `ms` from now; what it gives takes that back. */
  after(ms: number, call: () => void): () => void;
}

const LONGEST_MS = 2 ** 31 - 1;

/** Keeps no process alive. */
export const systemTimer: Timer = {
  after(ms, call) {
    const timer = setTimeout(call, Math.min(LONGEST_MS, Math.max(0, ms)));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
