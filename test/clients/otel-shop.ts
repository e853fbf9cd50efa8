/**
 * A shop with the OpenTelemetry SDK in it: `node otel-shop.ts json|protobuf <url> <key>`. It listens; an order that fails is recorded in the
 * request's span and logged with its exception, as the SDK's own instrumentations do it. SIGTERM: it sends the rest and ends.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, DiagConsoleLogger, DiagLogLevel, diag, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export type OtlpEncoding = 'json' | 'protobuf';

const [encoding, url, key] = process.argv.slice(2) as [OtlpEncoding, string, string];
const [Logs, Traces] = encoding === 'json' ? [JsonLogs, JsonTraces] : [ProtobufLogs, ProtobufTraces];
const headers = { authorization: `Bearer ${key}` };

// What an exporter is refused, it says here and nowhere else.
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const resource = resourceFromAttributes({
  'service.name': 'orders',
  'service.version': '3.1.0',
  'service.instance.id': 'orders-7c9',
  'deployment.environment.name': 'production',
});
const loggers = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new Logs({ url: `${url}/v1/logs`, headers }) })],
});
const tracers = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new Traces({ url: `${url}/v1/traces`, headers }))],
});
const logger = loggers.getLogger('orders.checkout');
const tracer = tracers.getTracer('orders.http');

class OutOfStock extends Error {
  override name = 'OutOfStock';
}

function reserve(article: string): never {
  throw new OutOfStock(`article ${article} is gone`);
}

function placeOrder(article: string): void {
  logger.emit({ severityNumber: SeverityNumber.INFO, severityText: 'INFO', body: `order for ${article} received` });
  reserve(article);
}

function handle({ method = '', url: path = '' }: IncomingMessage, response: ServerResponse): void {
  const attributes = { 'http.request.method': method, 'url.path': path, 'http.route': '/orders/:article' };
  const span = tracer.startSpan(`${method} /orders/:article`, { kind: SpanKind.SERVER, attributes });
  try {
    placeOrder(path.slice('/orders/'.length));
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('http.response.status_code', 500);
    logger.emit({
      severityNumber: SeverityNumber.ERROR,
      severityText: 'ERROR',
      body: 'the order failed',
      exception: error,
      context: trace.setSpan(context.active(), span),
    });
    response.writeHead(500).end('sorry');
  } finally {
    span.end();
  }
}

async function shutDown(): Promise<void> {
  const ended = await Promise.allSettled([loggers.shutdown(), tracers.shutdown()]);
  for (const one of ended) console.log(one.status === 'fulfilled' ? 'sent' : `not sent: ${one.reason}`);
}

const server = createServer(handle);
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => void shutDown());
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
