import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import pino from 'pino';
import { getLogger, start } from '../../packages/sdk/src/index.ts';

export const LOGGERS = ['guardian', 'pino-elasticsearch', 'winston-elasticsearch', 'opentelemetry'] as const;
export type LoggerName = (typeof LOGGERS)[number];

export interface BenchLogger {
  log(message: string, number: number): void;
  /** Sends what it still has, as far as the logger can. */
  end(): Promise<void>;
}

export interface OpenOptions {
  url: string;
  folder: string;
  /** Its flush interval, where it has one. */
  flushMs: number;
}

/** What each may take to send the rest: more than any needs that still sends. */
const END_MS = 10_000;

/** Each logger as its documentation shows it, with the same flush interval. */
export async function openLogger(name: LoggerName, options: OpenOptions): Promise<BenchLogger> {
  switch (name) {
    case 'guardian':
      return openGuardian(options);
    case 'pino-elasticsearch':
      return openPino(options);
    case 'winston-elasticsearch':
      return openWinston(options);
    case 'opentelemetry':
      return openTelemetry(options);
    default:
      throw new Error(`no logger ${name satisfies never}`);
  }
}

async function openGuardian({ url, folder, flushMs }: OpenOptions): Promise<BenchLogger> {
  const client = await start({ service: 'bench', url, key: 'gk_bench', folder, delivery: { flushAfterMs: flushMs } });
  const logger = getLogger('bench');
  return {
    log: (message, number) => logger.info(message, { number }),
    end: async () => void (await client.stop({ timeoutMs: END_MS })),
  };
}

async function openPino({ url, flushMs }: OpenOptions): Promise<BenchLogger> {
  // CommonJS whose types promise an ES module.
  const pinoElasticsearch = createRequire(import.meta.url)('pino-elasticsearch') as (options: object) => Duplex;
  const stream = pinoElasticsearch({
    node: url,
    index: 'bench',
    esVersion: 9,
    flushBytes: 1_000,
    flushInterval: flushMs,
  });
  stream.on('error', () => undefined);
  const logger = pino({}, stream);
  return {
    log: (message, number) => logger.info({ number }, message),
    end: () =>
      new Promise((resolve) => {
        stream.on('insert', () => resolve());
        stream.end();
        setTimeout(resolve, END_MS);
      }),
  };
}

async function openWinston({ url, flushMs }: OpenOptions): Promise<BenchLogger> {
  const winston = await import('winston');
  const { ElasticsearchTransport } = await import('winston-elasticsearch');
  const options = { level: 'info', clientOpts: { node: url }, flushInterval: flushMs, internalLogger: () => undefined };
  const transport = new ElasticsearchTransport(options);
  transport.on('error', () => undefined);
  const logger = winston.createLogger({ transports: [transport] });
  logger.on('error', () => undefined);
  return {
    log: (message, number) => void logger.info(message, { number }),
    end: async () => {
      await Promise.race([transport.flush(), new Promise((resolve) => setTimeout(resolve, END_MS))]);
    },
  };
}

async function openTelemetry({ url, flushMs }: OpenOptions): Promise<BenchLogger> {
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` });
  const provider = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: flushMs })],
  });
  const logger = provider.getLogger('bench');
  return {
    log: (body, number) => logger.emit({ severityNumber: SeverityNumber.INFO, body, attributes: { number } }),
    end: () => provider.shutdown().catch(() => undefined),
  };
}
