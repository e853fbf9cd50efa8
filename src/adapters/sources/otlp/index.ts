export { otlpLogs, otlpTraces } from './otlp-format.ts';
