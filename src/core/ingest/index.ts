export {
  createIngest,
  type DecodedRequest,
  type Ingest,
  type IngestCounts,
  type IngestedOptions,
  type IngestOptions,
  type Spool,
} from './ingest.ts';
export * from './ports.ts';
export { createStreamIngest, type StreamIngestOptions, type StreamSlice } from './stream.ts';
