import { context, DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventPipeline, type Event } from '../../../src/core/events/index.ts';
import { BOUNDS, type OtlpServer, startOtlpServer } from './otlp-server.ts';

const RESOURCE = resourceFromAttributes({
  'service.name': 'shop',
  'service.version': '1.4.0',
  'service.instance.id': 'i-7',
  'deployment.environment.name': 'production',
});
const NOON = Date.UTC(2026, 1, 10, 12);

let server: OtlpServer;
beforeEach(async () => {
  server = await startOtlpServer();
});
afterEach(async () => {
  diag.disable();
  await server.close();
});

const ENCODINGS = [
  { name: 'JSON', type: 'application/json', Logs: JsonLogs, Traces: JsonTraces },
  { name: 'protobuf', type: 'application/x-protobuf', Logs: ProtobufLogs, Traces: ProtobufTraces },
] as const;
type Encoding = (typeof ENCODINGS)[number];

function loggerProvider({ Logs }: Encoding, options: object = {}): LoggerProvider {
  const exporter = new Logs({ url: `${server.url}/v1/logs`, ...options });
  return new LoggerProvider({ resource: RESOURCE, processors: [new BatchLogRecordProcessor({ exporter })] });
}

function tracerProvider({ Traces }: Encoding): NodeTracerProvider {
  const exporter = new Traces({ url: `${server.url}/v1/traces` });
  return new NodeTracerProvider({ resource: RESOURCE, spanProcessors: [new BatchSpanProcessor(exporter)] });
}

function received(): Event[] {
  return server.batches.flatMap(({ events }) => events);
}

/** As the server goes on with them. */
function finished(events: readonly Event[]): Event[] {
  const pipeline = createEventPipeline({ clock: { now: () => NOON } });
  return [...pipeline.push(events), ...pipeline.flush()];
}

function chargeCard(): Error {
  return new TypeError('card was declined');
}

async function emitThree(provider: LoggerProvider): Promise<void> {
  const logger = provider.getLogger('orders');
  const at = { timestamp: [NOON / 1_000, 123_456_789] as [number, number], observedTimestamp: NOON };
  logger.emit({
    ...at,
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    body: 'order placed',
    attributes: { n: 7 },
  });
  logger.emit({ ...at, severityNumber: SeverityNumber.WARN, body: { message: 'stock is low', left: [1, 2.5, true] } });
  logger.emit({
    ...at,
    severityNumber: SeverityNumber.ERROR,
    body: 'could not pay',
    attributes: { 'http.request.method': 'POST', 'url.path': '/pay', 'http.response.status_code': 500 },
  });
  await provider.shutdown();
}

describe.each(ENCODINGS)('the Node exporters in $name', (encoding) => {
  it('sends logs that become events', async () => {
    await emitThree(loggerProvider(encoding));
    expect(server.requests.map(({ path, headers }) => [path, headers['content-type']])).toEqual([
      ['/v1/logs', encoding.type],
    ]);
    const common = { service: 'shop', revision: '1.4.0', instance: 'i-7', environment: 'production', logger: 'orders' };
    expect(received()).toMatchObject([
      {
        ...common,
        time: NOON + 123.456789,
        severityNumber: 9,
        severityText: 'INFO',
        body: 'order placed',
        attributes: { n: 7 },
      },
      {
        ...common,
        severityNumber: 13,
        body: 'stock is low',
        payload: { message: 'stock is low', left: [1, 2.5, true] },
      },
      { ...common, severityNumber: 17, request: { method: 'POST', path: '/pay', status: 500 } },
    ]);
    expect(server.batches.flatMap(({ dropped }) => dropped)).toEqual([]);
  });

  it('sends them packed', async () => {
    await emitThree(loggerProvider(encoding, { compression: 'gzip' }));
    expect(server.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(received().map(({ body }) => body)).toEqual(['order placed', 'stock is low', 'could not pay']);
  });

  it('sends a request again after 503, and its records keep their ids', async () => {
    server.replyNext.push({ status: 503, headers: { 'retry-after': '0' }, body: '' });
    await emitThree(loggerProvider(encoding));
    expect(server.batches).toHaveLength(2);
    const [first, second] = server.batches.map(({ events }) => events.map(({ id }) => id));
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(3);
  });

  it('is told what was refused', async () => {
    const warnings: string[] = [];
    const note = (...parts: unknown[]) => void warnings.push(parts.map(String).join(' '));
    const quiet = () => {};
    diag.setLogger({ error: note, warn: note, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);
    server.bounds = { ...BOUNDS, items: 2 };
    await emitThree(loggerProvider(encoding));
    expect(received()).toHaveLength(2);
    expect(warnings.join('\n')).toContain('Received Partial Success response');
    expect(warnings.join('\n')).toContain('1 too many in one request');
  });

  it('sends spans of which the failures become events', async () => {
    const provider = tracerProvider(encoding);
    const tracer = provider.getTracer('http');
    const start = (name: string, kind: SpanKind) => tracer.startSpan(name, { kind, startTime: NOON }, ROOT_CONTEXT);
    start('GET /health', SpanKind.SERVER).end(NOON + 5);
    const failed = start('GET /cart', SpanKind.SERVER);
    failed.setAttributes({ 'http.request.method': 'GET', 'url.path': '/cart', 'http.response.status_code': 502 });
    failed.setStatus({ code: SpanStatusCode.ERROR });
    failed.end(NOON + 40);
    const asked = start('GET', SpanKind.CLIENT);
    asked.setStatus({ code: SpanStatusCode.ERROR });
    asked.end();
    const raised = start('charge', SpanKind.INTERNAL);
    raised.recordException(chargeCard(), NOON + 7);
    raised.end();
    await provider.shutdown();

    expect(received()).toMatchObject([
      {
        time: NOON,
        body: 'GET /cart → 502',
        request: { status: 502, durationMs: 40 },
        service: 'shop',
        revision: '1.4.0',
      },
      { time: NOON + 7, body: 'TypeError: card was declined', traceId: raised.spanContext().traceId },
    ]);
    expect(server.batches.flatMap(({ dropped }) => dropped)).toEqual([]);
    const kept = server.batches.flatMap(({ spans = [] }) => spans);
    expect(kept.map(({ name, kind, service, status }) => [name, kind, service, status])).toContainEqual([
      ...['GET /cart', 'server', 'shop', 'error'],
    ]);
    expect(kept.every(({ traceId, id }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(id))).toBe(true);
    expect(kept.find(({ name }) => name === 'GET /cart')).toMatchObject({ start: NOON, durationMs: 40, parent: null });
    const [exception] = finished(received())[1]!.exceptions;
    expect(exception).toMatchObject({ type: 'TypeError', message: 'card was declined', language: 'node' });
    expect(exception?.frames[0]).toMatchObject({ function: 'chargeCard' });
  });

  it('sends one exception as a log record and as a span event: both have one id', async () => {
    const tracers = tracerProvider(encoding);
    const loggers = loggerProvider(encoding);
    const error = chargeCard();
    const span = tracers.getTracer('http').startSpan('charge', {}, ROOT_CONTEXT);
    span.recordException(error);
    loggers.getLogger('payments').emit({
      severityNumber: SeverityNumber.ERROR,
      body: 'could not charge',
      exception: error,
      context: trace.setSpan(context.active(), span),
    });
    span.end();
    await Promise.all([tracers.shutdown(), loggers.shutdown()]);
    const events = received();
    expect(events).toHaveLength(2);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(new Set(events.map(({ source }) => `${source.kind} ${source.name}`)).size).toBe(1);
    for (const event of finished(events)) expect(event.exceptions[0]).toMatchObject({ type: 'TypeError' });
  });
});

describe('both encodings', () => {
  it('give the same events', async () => {
    for (const encoding of ENCODINGS) await emitThree(loggerProvider(encoding));
    const [json, protobuf] = server.batches.map(({ events }) => events.map((event) => ({ ...event, observedTime: 0 })));
    expect(json).toHaveLength(3);
    expect(protobuf).toEqual(json);
  });
});
