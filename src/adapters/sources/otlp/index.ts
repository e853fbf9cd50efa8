export { OTLP_BODY_BYTES, otlpLogs, otlpTraces } from './otlp-format.ts';
