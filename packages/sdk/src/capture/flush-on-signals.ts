/** Signals that ask a process to end. */
const ENDING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

export interface SignalFlushOptions {
  /** Default: TERM, INT, HUP. */
  signals?: readonly NodeJS.Signals[];
  /** What is done where the program ends itself; may take as long as its own time-out. */
  flush: () => Promise<unknown>;
  /** What is done before the signal is raised again. */
  stop: () => Promise<unknown>;
}

/**
 * For programs without signal handlers of their own: at a signal everything is written and sent, then the signal is raised again, so
 * that the process ends by it, with its status. A second one ends it at once. Where the program handles the signal itself, it is only
 * flushed and never raised again: how to end is then the program's decision. Gives the way to take the helper out.
 */
export function flushOnSignals({ signals = ENDING_SIGNALS, flush, stop }: SignalFlushOptions): () => void {
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      // Once: the next one meets nobody here, so it ends the process.
      process.off(signal, listener);
      if (process.listenerCount(signal) > 0) {
        flush().catch(() => undefined);
        return;
      }
      const raise = (): void => {
        process.kill(process.pid, signal);
      };
      stop().then(raise, raise);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
