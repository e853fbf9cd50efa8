import { parentPort, workerData } from 'node:worker_threads';
import { readChunks } from './read-chunks.ts';
import { ExportScanner } from './scan-export.ts';
import type { ScanJob, TakenBatch } from './scan-thread.ts';
import type { ScannedEntries } from './scanned-entries.ts';

// The thread of `scan-thread.ts`: reads, scans, posts each batch, and waits when too many were not taken yet. What goes wrong ends it with an error.
const { fileDescriptor, position, batchesAhead, options } = workerData as ScanJob;
const port = parentPort!;
const scanner = new ExportScanner(options);
let ahead = 0;
let resume: (() => void) | null = null;

port.on('message', (taken: TakenBatch) => {
  scanner.reuse(taken);
  ahead--;
  resume?.();
});

async function give(batch: ScannedEntries): Promise<void> {
  port.postMessage(batch, [batch.bytes.buffer as ArrayBuffer]);
  ahead++;
  while (ahead >= batchesAhead) {
    await new Promise<void>((resolve) => {
      resume = resolve;
    });
  }
}

for await (const chunk of readChunks(fileDescriptor, position)) {
  const batch = scanner.push(chunk);
  if (batch) await give(batch);
}
port.postMessage(scanner.finish());
port.close();
