export { createOtlpTraces, otlpLogs, otlpTraces } from './otlp-format.ts';
export type { SpanUsageOptions } from './usage-of-span.ts';
