/** What is done when the process ends, or is about to. Nothing is kept from ending; signals are left alone. */
export interface ProcessWatch {
  /** Writes everything out, synchronously. */
  writeOut(): void;
  /** Of an uncaught exception or an unhandled rejection; null: not wanted. */
  onUncaught: ((error: unknown, origin: string) => void) | null;
}

/** Gives the way to stop watching. */
export function watchProcess({ writeOut, onUncaught }: ProcessWatch): () => void {
  const onMonitor = (error: unknown, origin: string): void => {
    onUncaught?.(error, origin);
    writeOut();
  };
  process.on('exit', writeOut);
  process.on('uncaughtExceptionMonitor', onMonitor);
  return () => {
    process.off('exit', writeOut);
    process.off('uncaughtExceptionMonitor', onMonitor);
  };
}
