export { type ApiLimits, DEFAULT_API_LIMITS } from './api-options.ts';
export {
  type CloudLoggingSourceOptions,
  createCloudLoggingSource,
  type ReceivedWindow,
} from './cloud-logging-source.ts';
export type { ExportLimits } from './options.ts';
export { cloudLoggingPush } from './push.ts';
export { type ExportReaderOptions, readCloudLoggingExport } from './read-export.ts';
export { looksLikeCloudLogging } from './recognise.ts';
export { readExportInThread } from './scan-thread.ts';
