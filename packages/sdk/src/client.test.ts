import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EventServer, memorySink, startEventServer, temporaryFolder } from './client/client-fixtures.ts';
import { flush, getAgentLogger, getLogger, metricsText, runInTrace, start, stats, stop, traceparent } from './index.ts';

let server: EventServer;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  server = await startEventServer();
  folder = temporaryFolder();
});

afterEach(async () => {
  await stop({ timeoutMs: 1_000 });
  await server.close();
  folder.remove();
});

const connection = () => ({ url: server.url, key: 'gk_test', service: 'shop', folder: folder.path });

test('row 1: the very first record arrives at every sink, and the caller is not held up', async () => {
  const second = memorySink('second');
  await start({ ...connection(), sinks: [second] });
  getLogger('shop').info('the first');
  expect(await flush()).toBe(true);
  expect(server.records.map(({ message }) => message)).toEqual(['the first']);
  expect(second.records.map(({ message }) => message)).toEqual(['the first']);
});

test('row 7: extra fields, the exception, UTC time and trace id arrive at each sink alike', async () => {
  const second = memorySink('second');
  await start({
    ...connection(),
    environment: 'production',
    revision: '4f2a91c',
    instance: 'shop-7c9',
    sinks: [second],
  });
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  const before = Date.now();
  runInTrace({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, () => {
    const error = new TypeError('payment failed', { cause });
    getLogger('shop.payments').error('order {order} is stuck', { order: 1234, lines: [{ sku: 'a' }], error });
  });
  await flush();
  expect(second.records).toEqual(server.records);
  const [record] = server.records;
  expect(record).toMatchObject({
    severity: 'error',
    message: 'order 1234 is stuck',
    template: 'order {order} is stuck',
    logger: 'shop.payments',
    service: 'shop',
    environment: 'production',
    revision: '4f2a91c',
    instance: 'shop-7c9',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    exception: {
      type: 'TypeError',
      message: 'payment failed',
      cause: { type: 'Error', message: 'connection refused' },
    },
    attributes: { sequence: 1, order: 1234, lines: [{ sku: 'a' }], error: { cause: { code: 'ECONNREFUSED' } } },
  });
  expect(record?.exception?.stack).toContain('client.test.ts');
  expect(record?.spanId).toMatch(/^[\da-f]{16}$/);
  expect(record?.spanId).not.toBe('00f067aa0ba902b7');
  expect(record?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Date.parse(record!.time)).toBeGreaterThanOrEqual(before);
});

test('row 17: fields are what they were at the call, whatever the program does to them afterwards', async () => {
  await start(connection());
  const order = { id: 1, lines: ['a'] };
  getLogger('shop').info('placed', { order });
  order.id = 2;
  order.lines.push('b');
  await flush();
  expect(server.records[0]?.attributes.order).toEqual({ id: 1, lines: ['a'] });
});

test('row 22: a call after stop is told once and counted, and start works again with the same loggers', async () => {
  const told: string[] = [];
  await start({ ...connection(), onTrouble: (line) => told.push(line) });
  const logger = getLogger('shop.again');
  logger.info('one');
  await stop();
  const before = stats()!.misuse.afterStop;
  logger.info('lost');
  logger.child({ a: 1 }).error('lost too');
  expect(stats()!.misuse.afterStop).toBe(before + 2);
  expect(told.filter((line) => line.includes('after stop()'))).toHaveLength(1);
  expect(told[0]).toContain('shop.again');
  await start(connection());
  logger.info('two');
  await flush();
  expect(server.records.map(({ message }) => message)).toEqual(['one', 'two']);
  expect(new Set(server.records.map(({ id }) => id)).size).toBe(2);
});

test('row 22: stop refuses no record that was logged before it, and says whether all was sent', async () => {
  const client = await start(connection());
  for (let index = 0; index < 500; index++) getLogger('shop').info('many', { index });
  expect(await client.stop()).toBe(true);
  expect(server.records).toHaveLength(500);
  expect(client.stats().isRunning).toBe(false);
});

test('row 23: every kind of logger and every name is read back', async () => {
  await start({ ...connection(), level: 'trace' });
  const names = ['', 'a', 'constructor', '__proto__', 'toString', 'ünïcode "quoted"\n', 'x'.repeat(5_000), '0'];
  for (const name of names) getLogger(name).info('named');
  getLogger('child').child({ a: 1 }).child({ b: 2 }).info('nested');
  const logger = getLogger('levels');
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level](level);
  logger.critical('critical');
  getAgentLogger({ name: 'planner', role: 'lead', domain: 'billing', id: 'a1' }).info('agent');
  await Promise.all(
    Array.from({ length: 20 }, async (_, call) => {
      await Promise.resolve();
      getAgentLogger({ name: 'worker', role: 'hand', domain: 'billing' }).info('asynchronous', { call });
    }),
  );
  await flush();
  const { records } = server;
  expect(records.filter(({ message }) => message === 'named').map(({ logger }) => logger)).toEqual(names);
  expect(records.find(({ message }) => message === 'nested')?.attributes).toMatchObject({ a: 1, b: 2 });
  expect(records.filter(({ logger }) => logger === 'levels').map(({ severity }) => severity)).toEqual([
    'trace',
    'debug',
    'info',
    'warn',
    'error',
    'fatal',
    'fatal',
  ]);
  expect(records.find(({ message }) => message === 'agent')).toMatchObject({
    logger: 'agent.billing.lead.planner',
    attributes: { category: 'agents', agent: { name: 'planner', role: 'lead', domain: 'billing', id: 'a1' } },
  });
  const asynchronous = records.filter(({ message }) => message === 'asynchronous');
  expect(asynchronous.map(({ attributes }) => attributes.call)).toEqual(Array.from({ length: 20 }, (_, call) => call));
  expect(new Set(asynchronous.map(({ attributes }) => (attributes.agent as { id: string }).id)).size).toBe(20);
});

test('row 24: every counter of a known run has its true value, and reading changes nothing', async () => {
  const second = memorySink('second');
  const client = await start({
    ...connection(),
    level: 'debug',
    suppression: true,
    sinks: [{ sink: second, level: 'warn' }],
    limits: { depth: 3 },
  });
  const logger = getLogger('counted');
  logger.debug('d');
  logger.info('mail to ada@example.org', { password: 'correct horse battery' });
  for (let index = 0; index < 5; index++) logger.error('again');
  logger.warn('deep', { a: { b: { c: { d: 1 } } } });
  logger.trace('too quiet');
  logger.debug('bare mail to ada@example.org');
  await client.stop();
  const { records, maskedKinds, sinks } = client.stats();
  expect(client.stats()).toEqual(client.stats());
  expect(records.made).toEqual({ trace: 0, debug: 2, info: 1, warn: 1, error: 2, fatal: 0 });
  expect(records.folded).toEqual({ trace: 0, debug: 0, info: 0, warn: 0, error: 4, fatal: 0 });
  expect(records.masked).toMatchObject({ debug: 1, info: 2, error: 0 });
  expect(maskedKinds).toMatchObject({ email: 2, password: 1 });
  expect(records.truncated).toMatchObject({ warn: 1, info: 0 });
  expect(records.failed).toMatchObject({ info: 0 });
  const { guardian } = sinks;
  expect(guardian!.queued).toMatchObject({ debug: 2, info: 1, warn: 1, error: 6 });
  expect(guardian!.sent).toMatchObject({ debug: 2, info: 1, warn: 1, error: 2 });
  expect(guardian!.folded).toMatchObject({ error: 4 });
  expect(sinks.second!.sent).toMatchObject({ debug: 0, info: 0, warn: 1, error: 2 });
  expect(sinks.second!.queued).toMatchObject({ debug: 0, info: 0, warn: 1, error: 6 });
  for (const { queued, sent, deadLettered, dropped, folded, gauges } of Object.values(sinks)) {
    const sum = (levels: Readonly<Record<string, number>>) => Object.values(levels).reduce((a, b) => a + b, 0);
    const lost = Object.values(dropped).reduce((total, levels) => total + sum(levels), 0);
    expect(sum(queued)).toBe(sum(sent) + sum(deadLettered) + lost + sum(folded) + gauges.waiting);
  }
  const metrics = metricsText();
  expect(metrics).toContain('guardian_sdk_records_folded_total{level="error"} 4\n');
  expect(metrics).toContain('guardian_sdk_sent_total{sink="guardian",level="error"} 2\n');
  expect(metrics).toContain('guardian_sdk_redacted_total{kind="email"} 2\n');
  expect(metrics).toContain('guardian_sdk_running 0\n');
});

test('metrics are text that Prometheus reads: every sample under its type, labels escaped', async () => {
  await start({ ...connection() });
  getLogger('timed').timed('select "x"\n', () => 1);
  const lines = metricsText().trimEnd().split('\n');
  const types = new Map(
    lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ').slice(2) as [string, string]),
  );
  expect(types.get('guardian_sdk_operation_duration_ms')).toBe('summary');
  for (const line of lines.filter((line) => !line.startsWith('#'))) {
    expect(line).toMatch(
      /^guardian_sdk_[a-z_]+(?:\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?[\d.e+-]+$/,
    );
    expect(types.has(line.replace(/(?:_sum|_count)?[ {].*$/, '')) || types.has(line.replace(/[ {].*$/, ''))).toBe(true);
  }
  expect(lines).toContain('guardian_sdk_operation_duration_ms_count{operation="select \\"x\\"\\n"} 1');
});

test('a trace that came with the request goes on to the next service under the same id', async () => {
  const header = runInTrace({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' }, () =>
    traceparent(),
  );
  expect(header).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-00$/);
  expect(traceparent()).toBeNull();
});
