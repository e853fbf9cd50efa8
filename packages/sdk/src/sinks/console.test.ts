import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { entries, entry, open, settled, until } from '../delivery/delivery-fixtures.ts';
import { consoleSink } from './console.ts';

const soon = () => new AbortController().signal;

function collecting(): { output: PassThrough; text: () => string } {
  const output = new PassThrough({ highWaterMark: 10_000_000 });
  return { output, text: () => String(output.read() ?? '') };
}

test('rows 1 and 7: JSON is the records’ lines', async () => {
  const { output, text } = collecting();
  const batch = entries(3);
  expect(await consoleSink({ output }).send(batch, soon())).toMatchObject({ kind: 'answered' });
  expect(text()).toBe(batch.map(({ line }) => `${line}\n`).join(''));
});

test('pretty shows time, level, logger, message, fields, trace and the exception with its causes, and no control characters', async () => {
  const { output, text } = collecting();
  const line = JSON.stringify({
    time: '2026-11-21T19:02:11.120Z',
    severity: 'warn',
    message: 'card \u001b[31mrefused',
    logger: 'shop.payments',
    traceId: '4bf9',
    exception: { type: 'E', message: 'm', stack: 'E: m\n    at a (b.js:1:1)', cause: { type: 'C', message: 'deep' } },
    attributes: { category: 'system', sequence: 3, order: 12 },
  });
  await consoleSink({ output, format: 'pretty' }).send([entry({ line })], soon());
  expect(text()).toBe(
    '19:02:11.120 WARN  shop.payments  card \\x1b[31mrefused  order=12  trace=4bf9\n    E: m\n        at a (b.js:1:1)\n    caused by\n    C: deep\n',
  );
});

test('a reader that is slow holds the delivery back, not the application', async () => {
  const waiting: (() => void)[] = [];
  const output = new Writable({ write: (_chunk, _encoding, done) => void waiting.push(done) });
  const delivery = open({ sink: consoleSink({ output }), knobs: { flushAfterMs: 1, batchEntries: 10 } });
  for (const one of entries(30)) expect(delivery.accept(one)).toBe(true);
  await until(() => waiting.length === 1);
  await settled(20);
  expect(delivery.counters().sent.info).toBe(0);
  expect(delivery.gauges().waiting).toBe(30);
  const flushed = delivery.flush();
  while (delivery.gauges().waiting > 0) {
    waiting.shift()?.();
    await settled(1);
  }
  expect(await flushed).toBe(true);
});

test('an output whose reader went away holds the records and does not end the application', async () => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('write EPIPE')) });
  const sink = consoleSink({ output });
  expect(await sink.send(entries(2), soon())).toMatchObject({ kind: 'hold', reason: expect.stringContaining('EPIPE') });
});
