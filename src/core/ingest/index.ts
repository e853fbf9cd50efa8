export type { DecodedRequest } from './decode-request.ts';
export { createIngest, type Ingest, type IngestCounts } from './ingest.ts';
export type { IngestedOptions, IngestOptions, Spool } from './options.ts';
export * from './ports.ts';
export { createStreamIngest, type StreamIngestOptions, type StreamSlice } from './stream.ts';
