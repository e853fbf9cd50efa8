import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runChild } from '../capture/child-fixtures.ts';
import { type EventServer, memorySink, startEventServer, temporaryFolder } from '../client/client-fixtures.ts';
import { runInTrace, start, stop } from '../index.ts';
import { guardianMixin, guardianStream } from './pino.ts';

let server: EventServer;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  server = await startEventServer();
  folder = temporaryFolder();
});

afterEach(async () => {
  await stop();
  await server.close();
  folder.remove();
});

const TRACE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

/** What a program with pino writes. */
function writeAll(logger: pino.Logger): void {
  runInTrace(TRACE, () => logger.info({ order: 7, nested: { a: [1] } }, 'placed %s', 'now'));
  logger.child({ request: 'r1' }).error(new TypeError('declined', { cause: new Error('no answer') }));
  logger.warn({ err: Object.assign(new RangeError('too far'), { code: 'E_FAR' }) }, 'limit');
  logger.fatal({ err: new AggregateError([new Error('one')], 'all') }, 'several');
  logger.trace('quiet, mail ada@example.org');
}

function expectAll(records: EventServer['records']): void {
  const [placed, declined, limit, several, quiet] = records;
  expect(records).toHaveLength(5);
  expect(placed).toMatchObject({
    severity: 'info',
    message: 'placed now',
    logger: 'legacy',
    service: 'shop',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    attributes: { order: 7, nested: { a: [1] } },
  });
  expect(declined).toMatchObject({
    severity: 'error',
    exception: { type: 'TypeError' },
    attributes: { request: 'r1' },
  });
  expect(declined!.exception!.stack).toContain('caused by: Error: no answer');
  expect(limit).toMatchObject({
    message: 'limit',
    exception: { type: 'RangeError', message: 'too far' },
    attributes: { err: { code: 'E_FAR' } },
  });
  expect(several).toMatchObject({
    severity: 'fatal',
    exception: { type: 'AggregateError', errors: [{ message: 'one' }] },
  });
  expect(quiet).toMatchObject({ severity: 'trace', message: 'quiet, mail [redacted:email]' });
}

test('row 7: as a stream in the process, everything of a pino line arrives', async () => {
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink], level: 'trace' });
  writeAll(pino({ name: 'legacy', level: 'trace' }, guardianStream()));
  await stop();
  expectAll(sink.records);
});

test('row 7: as a transport in a worker thread likewise, and flush waits until the server has it', async () => {
  const transport = pino.transport({
    target: fileURLToPath(new URL('pino.ts', import.meta.url)),
    options: { url: server.url, key: 'gk_test', service: 'shop', folder: folder.path },
  });
  const logger = pino({ name: 'legacy', level: 'trace', mixin: guardianMixin() }, transport);
  writeAll(logger);
  await new Promise<void>((resolve, reject) => logger.flush((error) => (error ? reject(error) : resolve())));
  expectAll(server.records);
  expect(server.records[0]!.instance).toMatch(/:\d+\/\d+$/);
  await new Promise((resolve, reject) => {
    transport.on('close', resolve);
    transport.on('error', reject);
    transport.end();
  });
});

test('row 2: a program with the worker transport that just ends has sent every line', async () => {
  const end = await runChild(
    `import { createRequire } from 'node:module';
    const pino = createRequire(process.env.HERE)('pino');
    const options = { url: process.env.SERVER, key: 'gk_test', service: 'shop', folder: process.env.FOLDER };
    const logger = pino({ transport: { target: process.env.TARGET, options } });
    for (let i = 0; i < 300; i++) logger.info({ i }, 'line');`,
    {
      env: {
        HERE: import.meta.url,
        TARGET: fileURLToPath(new URL('pino.ts', import.meta.url)),
        SERVER: server.url,
        FOLDER: folder.path,
      },
    },
  );
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(server.records.map(({ attributes }) => attributes.i)).toEqual(Array.from({ length: 300 }, (_, i) => i));
});

test('other keys, level words, times and lines that pino did not write are read', async () => {
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink], level: 'trace' });
  const stream = guardianStream({ messageKey: 'message', errorKey: 'error' });
  const logger = pino(
    {
      messageKey: 'message',
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    stream,
  );
  logger.warn({ error: new Error('x') }, 'iso');
  stream.write('no json\n');
  stream.write(
    '{"level":35,"time":1760930308648,"message":"between","pid":1,"hostname":"other","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}\n',
  );
  await stop();
  expect(sink.records).toMatchObject([
    { severity: 'warn', message: 'iso', logger: 'pino', exception: { message: 'x' } },
    { severity: 'info', message: 'no json' },
    {
      severity: 'info',
      message: 'between',
      time: '2025-10-20T03:18:28.648Z',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      attributes: { pid: 1, hostname: 'other' },
    },
  ]);
  expect(Math.abs(Date.parse(sink.records[0]!.time) - Date.now())).toBeLessThan(60_000);
});

test('a field that is called name makes no more than a hundred loggers, and stays a field afterwards', async () => {
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink] });
  const logger = pino({}, guardianStream());
  for (let user = 0; user < 150; user++) logger.info({ name: `user ${user}` }, 'seen');
  logger.info({ name: 'user 0' }, 'seen');
  await stop();
  expect(sink.records.map((record) => record.logger)).toEqual([
    ...Array.from({ length: 100 }, (_, user) => `user ${user}`),
    ...Array.from({ length: 50 }, () => 'pino'),
    'user 0',
  ]);
  expect(sink.records.flatMap(({ attributes }) => attributes.name ?? [])).toEqual(
    Array.from({ length: 50 }, (_, user) => `user ${user + 100}`),
  );
});

test('what is no trace id is a field, redacted like any other', async () => {
  const sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink] });
  const logger = pino({}, guardianStream());
  logger.info({ traceId: 'mail ada@example.org', spanId: 'x'.repeat(100_000) }, 'wrong');
  logger.info({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7' }, 'right');
  await stop();
  const [wrong, right] = sink.records;
  expect(wrong).toMatchObject({ attributes: { traceId: 'mail [redacted:email]' } });
  expect(wrong).not.toHaveProperty('traceId');
  expect(wrong).not.toHaveProperty('spanId');
  expect(right).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' });
  expect(right!.attributes).not.toHaveProperty('trace_id');
});
