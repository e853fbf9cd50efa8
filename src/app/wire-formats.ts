import { cloudLoggingPush } from '../adapters/sources/cloud-logging/index.ts';
import { createElasticBulkFormat } from '../adapters/sources/elastic-bulk/index.ts';
import { createNativeFormat } from '../adapters/sources/native/index.ts';
import { createOtlpTraces, otlpLogs, type SpanUsageOptions } from '../adapters/sources/otlp/index.ts';
import { sentryEnvelope, sentrySecurity, sentryStore } from '../adapters/sources/sentry/index.ts';
import { createUsageFormat, type UsageFormatOptions } from '../adapters/sources/usage/index.ts';
import type { WireFormat, WireFormatName } from '../core/ingest/index.ts';

/** Every format that clients speak over HTTP. */
export function wireFormats(
  usage: UsageFormatOptions = {},
  spans: SpanUsageOptions | null = null,
): Record<WireFormatName, WireFormat> {
  const senders = noteSenders(createUsageFormat(usage));
  const sendsUsage = (service: string) => spans?.sendsUsage?.(service) || senders.sendsUsage(service);
  return {
    'sentry-envelope': sentryEnvelope,
    'sentry-store': sentryStore,
    'sentry-security': sentrySecurity,
    'otlp-logs': otlpLogs,
    'otlp-traces': createOtlpTraces(spans && { ...spans, sendsUsage }),
    'elastic-bulk': createElasticBulkFormat(),
    'cloud-logging-push': cloudLoggingPush,
    native: createNativeFormat(),
    usage: senders.format,
  };
}

/** Services that are remembered; those beyond count by their spans as well. */
const SERVICES = 1_000;

/** The format, and which services sent records in it: what their spans tell of the same requests does not count again. */
function noteSenders(format: WireFormat): { format: WireFormat; sendsUsage(service: string): boolean } {
  const services = new Set<unknown>();
  return {
    format: {
      decode(request, bounds) {
        const batch = format.decode(request, bounds);
        for (const { payload } of batch.records) if (services.size < SERVICES) services.add(payload.service);
        return batch;
      },
    },
    sendsUsage: (service) => services.has(service),
  };
}
