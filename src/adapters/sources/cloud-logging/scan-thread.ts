import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SourceBatch } from '../../../core/events/index.ts';
import { EventMaker } from './make-events.ts';
import { exportOptions, type ScanOptions } from './options.ts';
import type { ExportReaderOptions } from './read-export.ts';
import type { ScannedEntries } from './scanned-entries.ts';

/** What the thread is started with. */
export interface ScanJob {
  fileDescriptor: number;
  /** Byte the export begins at. */
  position: number;
  /** Batches given and not yet taken, at most. */
  batchesAhead: number;
  options: ScanOptions;
}

/** What the thread is told of each batch that was taken. */
export type TakenBatch = Pick<ScannedEntries, 'bytes'>;

/** Enough for the thread to go on while the events of a storm are folded; each holds half a MB, 4 MB at most. */
const BATCHES_AHEAD = 8;
/** MB. The thread's own objects are few and die young; its memory is that of the remembered repeats, outside this heap. */
const HEAP = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/**
 * The same events as `readCloudLoggingExport` of the file's bytes from `position` on, with the file read and scanned in a thread of its own while
 * what came is worked on here. The file must stay open until the end; who leaves early ends the thread. Throws what reading the file throws.
 */
export async function* readExportInThread(
  file: { fileDescriptor: number; position: number },
  given: ExportReaderOptions,
): AsyncGenerator<SourceBatch> {
  const { name, since, until, limits, ...rest } = exportOptions(given);
  const maker = new EventMaker({ name, since, until, limits, ...rest });
  const job: ScanJob = { ...file, batchesAhead: BATCHES_AHEAD, options: { name, since, until, limits } };
  const worker = new Worker(new URL('./scan-thread-worker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: HEAP,
    name: 'guardian scan',
  });
  try {
    for await (const scanned of batchesOf(worker)) {
      yield maker.take(scanned);
      if (scanned.isLast) return;
      giveBack(worker, scanned.bytes);
      // While batches wait, nothing else would get its turn: signals, timers, the progress bar.
      await nextTurn();
    }
  } finally {
    await worker.terminate();
  }
}

/** Tells the thread that the batch was taken, by its memory, which the thread uses again. */
function giveBack(worker: Worker, bytes: Uint8Array): void {
  worker.postMessage({ bytes } satisfies TakenBatch, [bytes.buffer as ArrayBuffer]);
}

/** What the thread posts, in order. Throws the error that ended it. */
async function* batchesOf(worker: Worker): AsyncGenerator<ScannedEntries> {
  const waiting: ScannedEntries[] = [];
  let failure: Error | null = null;
  let wake: () => void = () => undefined;
  worker.on('message', (scanned: ScannedEntries) => {
    waiting.push(scanned);
    wake();
  });
  worker.on('error', (error: Error) => {
    failure = error;
    wake();
  });
  worker.on('exit', () => {
    failure ??= new Error('the scanning thread ended early');
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next) yield next;
    else if (failure) throw failure;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}
