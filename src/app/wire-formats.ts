import { cloudLoggingPush } from '../adapters/sources/cloud-logging/index.ts';
import { createElasticBulkFormat } from '../adapters/sources/elastic-bulk/index.ts';
import { createNativeFormat } from '../adapters/sources/native/index.ts';
import { otlpLogs, otlpTraces } from '../adapters/sources/otlp/index.ts';
import { sentryEnvelope, sentrySecurity, sentryStore } from '../adapters/sources/sentry/index.ts';
import type { WireFormat, WireFormatName } from '../core/ingest/index.ts';

/** Every format that clients speak over HTTP. */
export function wireFormats(): Record<WireFormatName, WireFormat> {
  return {
    'sentry-envelope': sentryEnvelope,
    'sentry-store': sentryStore,
    'sentry-security': sentrySecurity,
    'otlp-logs': otlpLogs,
    'otlp-traces': otlpTraces,
    'elastic-bulk': createElasticBulkFormat(),
    'cloud-logging-push': cloudLoggingPush,
    native: createNativeFormat(),
  };
}
