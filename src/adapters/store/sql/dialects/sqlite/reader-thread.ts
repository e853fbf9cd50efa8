import type { Given, StatementResult } from './connection.ts';
import type { Executor } from './thread-connection.ts';

export interface ReaderTiming {
  slowMs: number;
  restMs: number;
}

/** The second connection, open while it is needed. */
export interface ReaderThread {
  readonly slowMs: number;
  readonly isOpen: boolean;
  /** Throws what keeps it closed; the next call tries again. */
  open(): Promise<void>;
  /** Opens it first where it is closed. */
  execute(given: Given, about: { isWriterBusy: boolean }): Promise<StatementResult>;
  close(): Promise<void>;
}

/**
 * Open, it carries out every read; one needs it that takes longer than `slowMs`, or comes while the writer is held so long. After `restMs`
 * without one that needed it, it is closed: the looks that the server takes by itself every second would else keep it for good.
 */
export function createReaderThread(
  openConnection: () => Promise<Executor>,
  { slowMs, restMs }: ReaderTiming,
): ReaderThread {
  let opened: Executor | null = null;
  let opening: Promise<Executor> | null = null;
  let closing: Promise<void> = Promise.resolve();
  let neededAt = 0;
  let timer: NodeJS.Timeout | undefined;

  return {
    slowMs,
    get isOpen() {
      return opened !== null;
    },
    async open() {
      await open();
    },
    async execute(given, { isWriterBusy }) {
      const executor = opened ?? (await open());
      const began = performance.now();
      const result = await executor.execute(given);
      const ended = performance.now();
      if (isWriterBusy || ended - began > slowMs) neededAt = ended;
      return result;
    },
    async close() {
      await opening?.catch(() => null);
      end();
      await closing;
    },
  };

  function open(): Promise<Executor> {
    opening ??= openConnection().then(
      (executor) => {
        opened = executor;
        neededAt = performance.now();
        restLater(restMs);
        return executor;
      },
      (error) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  }

  function restLater(ms: number): void {
    timer = setTimeout(() => {
      const left = neededAt + restMs - performance.now();
      if (left > 0) restLater(left);
      else end();
    }, ms).unref();
  }

  /** What it was asked it still answers, then it closes; what comes from here on opens another, or finds the writer free. */
  function end(): void {
    clearTimeout(timer);
    const ended = opened;
    opened = null;
    opening = null;
    if (!ended) return;
    closing = ended.close();
    // Whoever closes the store is told.
    closing.catch(() => {});
  }
}
