/** `@guardian/sdk`: logger, error capture and usage tracking. Importing it does nothing; `start()` does. */
export { type CaptureDetails, captureException } from './capture/capture-exception.ts';
export type { Audit, AuditRecord } from './client/audit-stream.ts';
export type { ClientStats, SinkStats } from './client/stats.ts';
export { audit, type Client, flush, flushOnSignals, metricsText, start, stats, stop } from './client.ts';
export type { DeliveryKnobs, Durability } from './delivery/delivery.ts';
export { type Agent, type AgentTemplate, getAgentLogger } from './logger/agent-logger.ts';
export type { DurationSummary } from './logger/histogram.ts';
export type { Logger, LoggerOptions } from './logger/logger.ts';
export { getLogger } from './logger/registry.ts';
export type { SuppressionOptions } from './logger/suppression.ts';
export type { Timer } from './logger/timer.ts';
export type {
  CaptureOptions,
  RecordLimits,
  SealingOptions,
  SinkRoute,
  StartOptions,
  TimerOptions,
  UsageSettings,
} from './options.ts';
export type { Category, Entry, Fields, Level, LevelName } from './record.ts';
export { type ConsoleSinkOptions, consoleSink } from './sinks/console.ts';
export { type ElasticSinkOptions, elasticSink } from './sinks/elastic.ts';
export { type FileSinkOptions, fileSink } from './sinks/file.ts';
export { type GuardianSinkOptions, guardianSink } from './sinks/guardian.ts';
export type { EntryOutcome, SendOutcome, Sink } from './sinks/sink.ts';
export { runInTrace, type TraceReader, traceparent } from './trace/trace-context.ts';
export type { Usage } from './usage/index.ts';
