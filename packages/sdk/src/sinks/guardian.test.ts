import { describe, expect, test } from 'vitest';
import { balance, entries, entry, freshFolder, open, settled, total, until } from '../delivery/delivery-fixtures.ts';
import { guardianSink } from './guardian.ts';
import { certificate, startGuardianReceiver, startServer } from './server-fixtures.ts';
import type { SendOutcome, Sink } from './sink.ts';

const KEY = 'gk_ingest_1';
const soon = () => new AbortController().signal;

async function outcomeOf(sink: Sink, batch = entries(3)): Promise<SendOutcome> {
  const outcome = await sink.send(batch, soon());
  await sink.close?.();
  return outcome;
}

describe('row 6: what is sent is what the server confirmed', () => {
  test('rows 1 and 7: the first record arrives whole, with its fields, exception, trace and time in UTC', async () => {
    const server = await startGuardianReceiver();
    const line = JSON.stringify({
      id: 'a-1',
      time: '2026-11-21T19:00:00.123Z',
      severity: 'error',
      message: 'payment failed',
      exception: {
        type: 'TypeError',
        message: 'x is undefined',
        stack: 'TypeError: x is undefined\n    at pay (pay.js:1:2)',
      },
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      attributes: { category: 'errors', sequence: 1, order: 12 },
    });
    const delivery = open({ sink: guardianSink({ url: `${server.url}/`, key: KEY }) });
    delivery.accept(entry({ id: 'a-1', line }));
    expect(await delivery.flush()).toBe(true);
    expect(server.stored.get('a-1')).toEqual(JSON.parse(line));
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/api/events' });
    expect(server.requests[0]!.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/x-ndjson',
    });
  });

  test.each([
    ['usage', 'usage'],
    ['audit', 'audit-trail'],
    ['keys', 'keys'],
  ] as const)('the stream %s goes to its own address', async (stream, path) => {
    const server = await startGuardianReceiver();
    await outcomeOf(guardianSink({ url: `${server.url}/guardian`, key: KEY, stream }));
    expect(server.requests[0]!.path).toBe(`/guardian/api/${path}`);
  });

  test('row 10: the body is NDJSON, packed above 1 KiB only', async () => {
    const server = await startGuardianReceiver();
    const sink = guardianSink({ url: server.url, key: KEY });
    await sink.send([entry()], soon());
    const many = entries(50);
    await outcomeOf(sink, many);
    const [small, large] = server.requests;
    expect(small!.headers['content-encoding']).toBeUndefined();
    expect(large!.headers['content-encoding']).toBe('gzip');
    expect(large!.wireBytes).toBeLessThan(large!.body.length / 5);
    expect(large!.body).toBe(`${many.map(({ line }) => line).join('\n')}\n`);
  });

  test('a success that is not Guardian’s confirms nothing', async () => {
    const server = await startServer();
    server.answer(() => ({ body: '<html>Welcome</html>' }));
    expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }))).toMatchObject({ kind: 'hold' });
  });
});

describe('row 3: what the server refuses', () => {
  test('is refused line by line; the rest is sent', async () => {
    const server = await startGuardianReceiver();
    const batch = [entry(), entry({ line: '{"broken' }), entry()];
    expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }), batch)).toMatchObject({
      kind: 'answered',
      outcomes: [{ kind: 'sent' }, { kind: 'refused', reason: 'invalid_event: no event' }, { kind: 'sent' }],
    });
  });

  test('alone in its batch is known by its line too, though the answer is 400', async () => {
    const server = await startGuardianReceiver();
    expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }), [entry({ line: '{}' })])).toMatchObject({
      kind: 'answered',
      outcomes: [{ kind: 'refused' }],
    });
  });

  test('in a list that is cut is asked for again in smaller batches', async () => {
    const server = await startServer();
    server.answer(() => ({
      body: { accepted: 0, duplicate: 0, rejected: [{ line: 1, code: 'a', message: 'b' }], rejectedCount: 3 },
    }));
    expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }))).toMatchObject({ kind: 'bad-batch' });
  });
});

describe('a server that misbehaves', () => {
  test.each([
    [503, { kind: 'retry', isOverloaded: true, retryAfterMs: null }],
    [500, { kind: 'retry', isOverloaded: false }],
    [408, { kind: 'retry' }],
    [413, { kind: 'too-large' }],
    [400, { kind: 'bad-batch' }],
    [401, { kind: 'hold' }],
    [403, { kind: 'hold' }],
    [404, { kind: 'hold' }],
    [301, { kind: 'hold' }],
  ])('with %i', async (status, outcome) => {
    const server = await startServer();
    server.answer(() => ({ status, body: 'no' }));
    expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }))).toMatchObject(outcome);
  });

  test('429 tells how long to wait, in seconds or as a date of its own clock', async () => {
    const server = await startServer();
    server.answer(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    const sink = guardianSink({ url: server.url, key: KEY });
    expect(await sink.send(entries(1), soon())).toMatchObject({
      kind: 'retry',
      retryAfterMs: 7_000,
      isOverloaded: true,
    });
    server.answer(() => ({
      status: 429,
      headers: { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 10:00:09 GMT' },
    }));
    expect(await outcomeOf(sink)).toMatchObject({ kind: 'retry', retryAfterMs: 9_000 });
  });

  test('a connection that is reset, and a port that is closed, are tried again', async () => {
    const server = await startServer();
    server.answer(() => 'reset');
    expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }))).toMatchObject({ kind: 'retry' });
    const url = 'http://127.0.0.1:1';
    expect(await outcomeOf(guardianSink({ url, key: KEY }))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('an answer of a byte a second ends at the time-out, and nothing is lost', async () => {
    const server = await startGuardianReceiver();
    server.next('drip');
    const delivery = open({
      sink: guardianSink({ url: server.url, key: KEY }),
      knobs: { timeoutMs: 300, flushAfterMs: 1, minRetryMs: 1, maxRetryMs: 5 },
    });
    for (const one of entries(20)) delivery.accept(one);
    await until(() => delivery.gauges().problem !== null);
    expect(delivery.gauges().problem!.reason).toContain('no answer within 300 ms');
    expect(await delivery.flush()).toBe(true);
    expect(server.stored.size).toBe(20);
  });

  test('answers of which the last were lost are asked for again, and count as duplicates', async () => {
    const server = await startGuardianReceiver();
    const batch = entries(5);
    const sink = guardianSink({ url: server.url, key: KEY });
    await sink.send(batch, soon());
    const delivery = open({ sink });
    for (const one of batch) delivery.accept(one);
    expect(await delivery.flush()).toBe(true);
    expect(server.duplicates).toBe(5);
    expect(server.stored.size).toBe(5);
  });
});

describe('a certificate that nobody vouches for', () => {
  test('holds the records and says the remedy; with its authority given they are sent', async () => {
    const server = await startGuardianReceiver({ isSecure: true });
    const held = open({
      sink: guardianSink({ url: server.url, key: KEY }),
      folder: freshFolder(),
      knobs: { flushAfterMs: 1 },
    });
    held.accept(entry());
    await until(() => held.gauges().problem !== null);
    expect(held.gauges().problem).toMatchObject({ kind: 'held', remedy: expect.stringContaining('ca') });
    expect(held.gauges().waiting).toBe(1);
    expect(server.requests).toHaveLength(0);
    const trusting = open({ sink: guardianSink({ url: server.url, key: KEY, ca: certificate().cert }) });
    trusting.accept(entry());
    expect(await trusting.flush()).toBe(true);
    expect(server.stored.size).toBe(1);
  });

  test('is never taken unverified, whatever the environment says', async () => {
    const server = await startGuardianReceiver({ isSecure: true });
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await outcomeOf(guardianSink({ url: server.url, key: KEY }))).toMatchObject({ kind: 'hold' });
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
    expect(server.requests).toHaveLength(0);
  });
});

test('row 10: of a thousand requests 99 in a hundred use a connection again', async () => {
  const server = await startGuardianReceiver();
  const delivery = open({
    sink: guardianSink({ url: server.url, key: KEY }),
    knobs: { batchEntries: 10, maxBatchEntries: 10 },
  });
  for (let turn = 0; turn < 100; turn++) {
    for (const one of entries(100)) delivery.accept(one);
    await settled(1);
  }
  expect(await delivery.flush({ timeoutMs: 20_000 })).toBe(true);
  expect(server.stored.size).toBe(10_000);
  expect(server.requests.length).toBeGreaterThanOrEqual(1_000);
  expect(1 - server.connections() / server.requests.length).toBeGreaterThanOrEqual(0.99);
  expect(total(delivery.counters().duplicate)).toBe(0);
  expect(balance(delivery)).toEqual({ queued: 10_000, accounted: 10_000 });
});
