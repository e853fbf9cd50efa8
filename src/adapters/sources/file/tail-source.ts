import { setTimeout as sleep } from 'node:timers/promises';
import { type FileReading, fileReading } from './options.ts';
import type { Window } from './read-input.ts';
import { DEFAULT_TAIL_LIMITS, type TailBatch, type TailLimits, type TailOptions } from './tail-options.ts';
import type { FilePosition } from './tail-position.ts';
import { TailedFiles } from './tailed-files.ts';

export interface TailSource {
  /**
   * Ends with the signal. Gives a batch, if only an empty one, every `pollMs`, so that who reads can let silent stack traces go. Never throws for a file:
   * what cannot be read is a problem, and tried again.
   */
  read(signal?: AbortSignal): AsyncGenerator<TailBatch, void>;
}

/**
 * Follows log files for as long as a server runs, and goes on exactly where an earlier process stood: nothing is lost, and what is read again has the same
 * ids. A renamed file is read to its end; of a truncated one the copy that was made before is read on from where the file stood. A line counts when it
 * is whole. Compressed files are left out and told: they hold what was followed before they were packed. Throws `configuration_invalid` at once on an
 * unknown format or zone.
 */
export function createTailSource(options: TailOptions): TailSource {
  const { lookBytes, quietLooks, knownPositions, ...fileLimits } = { ...DEFAULT_TAIL_LIMITS, ...options.limits };
  const reading = fileReading({
    paths: options.paths,
    isFollowing: true,
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    limits: fileLimits,
  });
  const limits = { lookBytes, quietLooks, knownPositions };
  return { read: (signal) => read({ reading, limits, positions: options.positions ?? [], signal }) };
}

interface Tailing {
  reading: FileReading;
  limits: Pick<TailLimits, 'lookBytes' | 'quietLooks' | 'knownPositions'>;
  positions: readonly FilePosition[];
  signal: AbortSignal | undefined;
}

/** Returns whether there was anything new. */
async function* lookAtAll(files: TailedFiles, signal: AbortSignal | undefined): AsyncGenerator<TailBatch, boolean> {
  let hasGiven = false;
  for (const file of files.open()) {
    for await (const batch of files.look(file)) {
      yield batch;
      hasGiven = true;
    }
    if (signal?.aborted) break;
  }
  return hasGiven;
}

async function* read({ reading, limits, positions, signal }: Tailing): AsyncGenerator<TailBatch, void> {
  const { pollMs, rescanMs } = reading.limits;
  const window: Window = { since: null, until: null, signal, progress: { readBytes: 0, totalBytes: null } };
  const files = new TailedFiles({ reading, window, limits, positions });
  let untilRescan = 0;
  try {
    while (!signal?.aborted) {
      if (untilRescan <= 0) {
        await files.rescan();
        untilRescan = rescanMs;
      }
      const hasGiven = yield* lookAtAll(files, signal);
      if (signal?.aborted) return;
      const problems = files.takeProblems();
      if (!hasGiven || problems.length > 0)
        yield { events: [], positions: [], problems, unreadable: files.unreadable() };
      await pause(files.open().some(({ isBehind }) => isBehind) ? 0 : pollMs, signal);
      untilRescan -= pollMs;
    }
  } finally {
    await files.close();
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // Aborting ends the wait; the loop sees the signal.
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
