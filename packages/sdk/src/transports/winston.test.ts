import { afterEach, beforeEach, expect, test } from 'vitest';
import winston from 'winston';
import { type MemorySink, memorySink } from '../client/client-fixtures.ts';
import { runInTrace, start, stop } from '../index.ts';
import { guardianTransport } from './winston.ts';

let sink: MemorySink;

beforeEach(async () => {
  sink = memorySink();
  await start({ service: 'shop', folder: null, sinks: [sink], level: 'trace' });
});

afterEach(() => stop());

test('row 7: message, fields, error, time and trace of winston arrive', async () => {
  const { errors, timestamp, splat, combine } = winston.format;
  const logger = winston.createLogger({
    level: 'silly',
    format: combine(errors({ stack: true }), timestamp(), splat()),
    transports: [guardianTransport({ logger: 'legacy' })],
  });
  runInTrace({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, () =>
    logger.info('order %d placed', 7, { user: 'u1', nested: { a: [1] } }),
  );
  logger.error(new TypeError('declined'));
  logger.error('failed', { err: new RangeError('too far') });
  logger.log('silly', 'quiet');
  await stop();
  const [placed, thrown, failed, quiet] = sink.records;
  expect(placed).toMatchObject({
    severity: 'info',
    message: 'order 7 placed',
    logger: 'legacy',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    attributes: { user: 'u1', nested: { a: [1] } },
  });
  expect(thrown).toMatchObject({
    severity: 'error',
    message: 'declined',
    exception: { type: 'TypeError', message: 'declined' },
  });
  expect(thrown!.exception!.stack).toContain('winston.test.ts');
  expect(failed).toMatchObject({ message: 'failed', exception: { type: 'RangeError' } });
  expect(quiet!.severity).toBe('trace');
});

test('levels of npm, syslog and colours become ours, the level of the transport holds', async () => {
  const logger = winston.createLogger({
    levels: winston.config.syslog.levels,
    level: 'debug',
    format: winston.format.colorize(),
    transports: [guardianTransport({ level: 'notice' })],
  });
  winston.addColors(winston.config.syslog.colors);
  for (const level of Object.keys(winston.config.syslog.levels)) logger.log(level, level);
  await stop();
  expect(sink.records.map(({ message, severity }) => [message, severity])).toEqual([
    ['emerg', 'fatal'],
    ['alert', 'fatal'],
    ['crit', 'fatal'],
    ['error', 'error'],
    ['warning', 'warn'],
    ['notice', 'info'],
  ]);
});

test('secrets in winston records are masked as any', async () => {
  winston
    .createLogger({ transports: [guardianTransport()] })
    .info('mail ada@example.org', { password: 'hunter2 hunter2' });
  await stop();
  expect(sink.entries[0]!.line).not.toMatch(/ada@|hunter2/);
});
