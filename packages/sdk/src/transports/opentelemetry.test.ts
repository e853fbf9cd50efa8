import { context, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, expect, test } from 'vitest';
import { runChild } from '../capture/child-fixtures.ts';
import { memorySink } from '../client/client-fixtures.ts';
import { getLogger, runInTrace, start, stop } from '../index.ts';
import { openTelemetryTrace } from './opentelemetry.ts';

const provider = new NodeTracerProvider();

afterEach(async () => {
  await stop();
  trace.disable();
  context.disable();
});

test('row 26: with OpenTelemetry on, records carry the ids of its running span, nested ones too', async () => {
  provider.register();
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink], trace: await openTelemetryTrace() });
  const tracer = trace.getTracer('test');
  const logger = getLogger('otel');
  const ids = await tracer.startActiveSpan('outer', async (outer) => {
    logger.info('in outer');
    await Promise.resolve();
    return tracer.startActiveSpan('inner', (inner) => {
      logger.info('in inner');
      inner.end();
      outer.end();
      return [outer.spanContext(), inner.spanContext()];
    });
  });
  logger.info('outside');
  await stop();
  expect(sink.records.map(({ traceId, spanId }) => ({ traceId, spanId }))).toEqual([
    ...ids.map(({ traceId, spanId }) => ({ traceId, spanId })),
    { traceId: undefined, spanId: undefined },
  ]);
});

test('row 26: a timer is a span under that of OpenTelemetry, and a span of OpenTelemetry within it is deeper', async () => {
  provider.register();
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink], trace: await openTelemetryTrace() });
  const logger = getLogger('otel');
  const tracer = trace.getTracer('test');
  const [outer, inner] = tracer.startActiveSpan('outer', (span) =>
    logger.timed('work', () => {
      logger.info('in the timer');
      return tracer.startActiveSpan('inner', (deeper) => {
        logger.info('in inner');
        return [span.spanContext(), deeper.spanContext()] as const;
      });
    }),
  );
  await stop();
  const [inTimer, inInner, work] = sink.records;
  expect(work).toMatchObject({ traceId: outer.traceId, attributes: { operation: 'work', parentSpanId: outer.spanId } });
  expect(inTimer).toMatchObject({ traceId: outer.traceId, spanId: work!.spanId });
  expect(inInner).toMatchObject({ traceId: outer.traceId, spanId: inner.spanId });
});

test('row 26: with OpenTelemetry off, records have no foreign ids and those of the SDK still', async () => {
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink], trace: await openTelemetryTrace() });
  getLogger('otel').info('bare');
  runInTrace({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, () =>
    getLogger('otel').info('own'),
  );
  await stop();
  expect(sink.records.map(({ traceId }) => traceId)).toEqual([undefined, '4bf92f3577b34da6a3ce929d0e0e4736']);
});

test('row 26: no tracer is registered by asking', async () => {
  await openTelemetryTrace();
  expect(trace.getTracer('any').startSpan('x').isRecording()).toBe(false);
});

test('without the package it is told which one is missing, and everything else works', async () => {
  const end = await runChild(
    `import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => {
      if (/^@opentelemetry|^pino-abstract|^winston-transport/.test(name)) throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    } });
    const { openTelemetryTrace } = await import(process.env.TRANSPORTS + 'opentelemetry.ts');
    const { default: worker } = await import(process.env.TRANSPORTS + 'pino.ts');
    const { guardianTransport } = await import(process.env.TRANSPORTS + 'winston.ts');
    const lines = [];
    const sink = { name: 'm', isLocal: true, send: async (batch) => {
      lines.push(...batch);
      return { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 1 };
    } };
    await sdk.start({ service: 'shop', folder: null, sinks: [sink], trace: await openTelemetryTrace() });
    (await worker({ service: 'shop' })).write('{}\\n');
    guardianTransport().write({ message: 'x' });
    sdk.getLogger('x').info('still there');
    await sdk.stop();
    console.log(lines.length);`,
    { env: { TRANSPORTS: new URL('./', import.meta.url).href } },
  );
  expect(end).toMatchObject({ code: 0, stdout: '1\n' });
  for (const peer of ['@opentelemetry/api', 'pino-abstract-transport', 'winston-transport'])
    expect(end.stderr.split('\n').filter((line) => line.includes(`${peer} is not installed`))).toHaveLength(1);
});

test('a reader that throws costs a record its trace, not itself', async () => {
  const sink = memorySink();
  const told: string[] = [];
  const broken = () => {
    throw new Error('broken');
  };
  await start({ service: 'shop', folder: null, sinks: [sink], trace: broken, onTrouble: (line) => told.push(line) });
  getLogger('otel').info('kept');
  await stop();
  expect(sink.records).toHaveLength(1);
  expect(told.join()).toContain('"trace" threw');
});
