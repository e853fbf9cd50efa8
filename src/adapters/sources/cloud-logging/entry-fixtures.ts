import type { Event, QuietTally, ReadProblem, SourceBatch } from '../../../core/events/index.ts';
import type { JsonObject } from './json-values.ts';
import { type ExportReaderOptions, readCloudLoggingExport } from './read-export.ts';

/** 2026-02-10T12:00:00Z. */
export const NOON = Date.UTC(2026, 1, 10, 12);

/** A LogEntry of a Cloud Run service as tests need it; each call has an insertId of its own unless one is given. */
export function entryOf(members: JsonObject = {}): JsonObject {
  serial++;
  return {
    insertId: `id${serial}`,
    resource: {
      type: 'cloud_run_revision',
      labels: { project_id: 'p1', service_name: 'basket', revision_name: 'basket-00007-xyz', location: 'europe-west9' },
    },
    timestamp: '2026-02-10T12:00:00.123456Z',
    logName: 'projects/p1/logs/run.googleapis.com%2Fstdout',
    labels: { instanceId: 'instance-1' },
    ...members,
  };
}
let serial = 0;

export function requestEntry(members: JsonObject = {}, request: JsonObject = {}): JsonObject {
  return entryOf({
    severity: 'INFO',
    logName: 'projects/p1/logs/run.googleapis.com%2Frequests',
    httpRequest: {
      requestMethod: 'GET',
      requestUrl: 'https://basket.example/items/7?size=2',
      status: 200,
      latency: '0.040s',
      ...request,
    },
    ...members,
  });
}

export interface ReadResult {
  events: Event[];
  quiet: QuietTally;
  problems: ReadProblem[];
  batches: SourceBatch[];
}

/** The input as chunks, cut at the given positions. */
export async function* chunksOf(input: string | Uint8Array, cuts: readonly number[] = []): AsyncIterable<Uint8Array> {
  const bytes = typeof input === 'string' ? Buffer.from(input) : Buffer.from(input);
  const sorted = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
  let from = 0;
  for (const cut of [...sorted, bytes.length]) {
    if (cut > from) yield bytes.subarray(from, cut);
    from = cut;
  }
}

/** Reads it all and puts the batches together. */
export async function readAll(
  input: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: ExportReaderOptions = {},
): Promise<ReadResult> {
  const chunks = typeof input === 'string' || input instanceof Uint8Array ? chunksOf(input) : input;
  return collect(readCloudLoggingExport(chunks, { clock: { now: () => NOON + 60_000 }, ...options }));
}

export async function collect(source: AsyncIterable<SourceBatch>): Promise<ReadResult> {
  const result: ReadResult = {
    events: [],
    quiet: { entries: 0, from: null, to: null, served: [] },
    problems: [],
    batches: [],
  };
  for await (const batch of source) {
    result.batches.push(batch);
    result.events.push(...batch.events);
    result.problems.push(...batch.problems);
    result.quiet.entries += batch.quiet.entries;
    result.quiet.served.push(...batch.quiet.served);
    result.quiet.from = lesser(result.quiet.from, batch.quiet.from, -1);
    result.quiet.to = lesser(result.quiet.to, batch.quiet.to, 1);
  }
  return result;
}

function lesser(a: number | null, b: number | null, sign: 1 | -1): number | null {
  if (a === null || b === null) return a ?? b;
  return sign < 0 ? Math.min(a, b) : Math.max(a, b);
}

export function asArray(entries: readonly unknown[]): string {
  return JSON.stringify(entries, null, 2);
}

export function asLines(entries: readonly unknown[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
