import { stat } from 'node:fs/promises';
import { readChunks } from '../src/adapters/sources/cloud-logging/read-chunks.ts';
import { readCloudLoggingExport } from '../src/adapters/sources/cloud-logging/read-export.ts';

// Reads one export to its end and prints what it cost: the child of report-throughput, so that its memory is its own.
const path = process.argv[2] ?? '';
const { size } = await stat(path);
let events = 0;
let quiet = 0;
let errors = 0;
let problems = 0;
for await (const batch of readCloudLoggingExport(readChunks(path), { name: path, totalBytes: size })) {
  events += batch.events.length;
  quiet += batch.quiet.entries;
  problems += batch.problems.reduce((sum, problem) => sum + problem.count, 0);
  for (const event of batch.events) if (event.severityNumber >= 17) errors++;
}
process.stdout.write(
  `${JSON.stringify({
    bytes: size,
    entries: events + quiet,
    events,
    quiet,
    errors,
    problems,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
