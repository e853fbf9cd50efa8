import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNativeFormat } from '../../../src/adapters/sources/native/index.ts';
import { createEventPipeline } from '../../../src/core/events/index.ts';
import { type EventOutcome, WireRefusal, type WireRequest } from '../../../src/core/ingest/ports.ts';

const RECEIVED = Date.UTC(2025, 9, 20, 3, 18, 28, 648);
const BOUNDS = {
  inflatedBytes: 100 * 1024 * 1024,
  itemBytes: 1024 * 1024,
  attachmentBytes: 20 * 1024 * 1024,
  items: 100_000,
};
const format = createNativeFormat();

function request(body: string | Uint8Array, fields: Partial<WireRequest> = {}): WireRequest {
  return {
    format: 'native',
    method: 'POST',
    path: '/api/events',
    query: {},
    headers: {},
    body: typeof body === 'string' ? Buffer.from(body) : body,
    project: { id: 1, slug: 'shop' },
    trust: 'server',
    receivedAt: RECEIVED,
    ...fields,
  };
}

const decode = (body: string | Uint8Array, fields?: Partial<WireRequest>, bounds = BOUNDS) =>
  format.decode(request(body, fields), bounds);
const one = (record: object) => decode(JSON.stringify(record)).events[0]!;
const ndjson = (...records: unknown[]) =>
  records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n');

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireRefusal)) throw error;
    return { ...error.reply, json: JSON.parse(String(error.reply.body)), dropped: error.dropped };
  }
  throw new Error('was not refused');
}

const WHOLE = {
  id: 'order-7',
  time: '2025-10-20T03:18:20.123Z',
  severity: 'error',
  message: 'payment failed for order 7',
  template: 'payment failed for order {order}',
  service: 'shop',
  environment: 'production',
  revision: '4f2a91c',
  instance: 'shop-7c9',
  logger: 'shop.payments',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  request: {
    method: 'POST',
    path: '/orders/7',
    route: '/orders/:id',
    host: 'shop.example',
    status: 502,
    durationMs: 12.5,
    userAgent: 'curl/8',
    clientAddress: '192.0.2.7',
    id: 'r1',
  },
  user: { id: '17', name: 'ada' },
  breadcrumbs: [{ time: '2025-10-20T03:18:19Z', category: 'http', message: 'GET /cart', level: 'info' }],
  attributes: { order: 7, nested: { a: [1, 2] } },
};

describe('an event', () => {
  it('keeps every field it was given', () => {
    expect(one(WHOLE)).toEqual({
      id: 'order-7',
      time: Date.UTC(2025, 9, 20, 3, 18, 20, 123),
      observedTime: RECEIVED,
      timeSuspect: false,
      severityNumber: 17,
      severityText: 'error',
      body: WHOLE.message,
      template: WHOLE.template,
      service: 'shop',
      environment: 'production',
      revision: '4f2a91c',
      instance: 'shop-7c9',
      logger: 'shop.payments',
      exceptions: [],
      stackText: null,
      request: WHOLE.request,
      traceId: WHOLE.traceId,
      spanId: WHOLE.spanId,
      user: WHOLE.user,
      breadcrumbs: [{ ...WHOLE.breadcrumbs[0], time: Date.UTC(2025, 9, 20, 3, 18, 19) }],
      attributes: WHOLE.attributes,
      payload: null,
      source: { kind: 'native', name: 'shop', position: '1', stream: 'shop:shop:shop-7c9' },
      trust: 'server',
      truncated: false,
      entries: 1,
    });
  });

  it('of nothing but a message came when it was received, and keeps names nobody knows', () => {
    const event = one({ message: 'hello', colour: 'red' });
    expect(event).toMatchObject({ time: RECEIVED, severityNumber: 0, service: null, payload: { colour: 'red' } });
  });

  it.each([
    [1_760_930_300, 1_760_930_300_000],
    [1_760_930_300_123, 1_760_930_300_123],
    [1_760_930_300_123_456, 1_760_930_300_123.456],
    ['1760930300123456789', 1_760_930_300_123.4568],
    ['2025-10-20T05:18:20.123+02:00', 1_760_930_300_123],
  ])('at %s has the instant %d', (time, expected) => {
    expect(one({ message: 'a', time }).time).toBeCloseTo(expected, 3);
  });

  it('cannot come after the end of time', () => {
    expect(refusal(() => one({ message: 'a', time: 1e300 })).json.rejected[0].code).toBe('invalid_time');
  });

  it('before 2000 has a clock that nobody set', () => {
    expect(one({ message: 'a', time: '1985-10-20T05:18:20Z' }).timeSuspect).toBe(true);
  });

  it.each([
    ['warning', 13, 'warning'],
    ['FATAL', 21, 'FATAL'],
    ['loud', 0, 'loud'],
    [18, 18, null],
  ])('of severity %s has number %d', (severity, number, text) => {
    expect(one({ message: 'a', severity })).toMatchObject({ severityNumber: number, severityText: text });
  });
});

describe('an exception', () => {
  const through = (record: object) => {
    const pipeline = createEventPipeline({ clock: { now: () => RECEIVED } });
    return [...pipeline.push([one(record)]), ...pipeline.flush()][0]!;
  };
  const trace =
    'Traceback (most recent call last):\n  File "/app/pay.py", line 10, in charge\n    raise E()\nshop.NoFunds: order 7';

  it.each([
    ['the text of a trace', trace, 'shop.NoFunds'],
    [
      'an object with its stack',
      {
        type: 'TypeError',
        message: 'x is undefined',
        stack: 'TypeError: x is undefined\n    at charge (/app/pay.js:10:5)',
      },
      'TypeError',
    ],
    [
      'an object with frames',
      { type: 'NoFunds', message: 'order 7', frames: [{ file: '/app/pay.rb', line: 10, function: 'charge' }] },
      'NoFunds',
    ],
  ])('may be %s', (_, exception, type) => {
    const event = through({ exception, service: 'shop' });
    expect(event.exceptions[0]).toMatchObject({ type, frames: [{ function: 'charge', line: 10 }] });
    expect(event).toMatchObject({ severityNumber: 17 });
    expect(event.body).not.toBe('');
  });

  it('may be one line of type and message', () => {
    expect(one({ exception: 'java.lang.IllegalStateException: no funds' }).exceptions).toMatchObject([
      { type: 'java.lang.IllegalStateException', message: 'no funds', frames: [] },
    ]);
    expect(one({ exception: 'failed: no funds' }).exceptions).toMatchObject([
      { type: null, message: 'failed: no funds' },
    ]);
  });

  it('brings its causes, in parts or as stacks', () => {
    const frames = [{ file: 'a.js', line: 1 }];
    const parts = {
      type: 'A',
      message: 'a',
      frames,
      cause: { type: 'B', message: 'b', frames, cause: { type: 'C', message: 'c' } },
    };
    expect(one({ exception: parts }).exceptions.map(({ type, relation }) => [type, relation])).toEqual([
      ['A', 'raised'],
      ['B', 'cause'],
      ['C', 'cause'],
    ]);
    const stacks = { stack: 'A: a\n    at f (/app/a.js:1:2)', cause: { stack: 'B: b\n    at g (/app/b.js:3:4)' } };
    expect(through({ message: 'failed', exception: stacks }).exceptions.map(({ type }) => type)).toEqual(['A', 'B']);
  });
});

describe('the answer', () => {
  it('tells how many were taken, and of each other one its line, a code and why', () => {
    const body = ndjson(
      { message: 'a' },
      '{"message": "brok',
      '',
      { service: 'shop' },
      [1],
      { message: 'b', time: 'yesterday' },
      { message: 'c', severity: 70 },
      { message: 'd', id: '' },
      { message: 'e', request: { status: 'many' } },
      { message: 'f', exception: 7 },
      { message: 'g', attributes: [] },
      { message: 'last' },
    );
    const batch = decode(body);
    expect(batch.events.map(({ body }) => body)).toEqual(['a', 'last']);
    const { status, headers, body: answer } = batch.reply(['stored', 'duplicate']);
    expect([status, headers]).toEqual([200, { 'content-type': 'application/json' }]);
    expect(JSON.parse(String(answer))).toMatchObject({
      accepted: 1,
      duplicate: 1,
      rejected: [
        { line: 2, code: 'invalid_json', message: expect.any(String) },
        { line: 4, code: 'missing_message' },
        { line: 5, code: 'invalid_event' },
        { line: 6, code: 'invalid_time' },
        { line: 7, code: 'invalid_severity' },
        { line: 8, code: 'invalid_id' },
        { line: 9, code: 'invalid_field', message: expect.stringContaining('request.status') },
        { line: 10, code: 'invalid_exception' },
        { line: 11, code: 'invalid_field' },
      ],
    });
    expect(batch.dropped).toEqual([{ reason: 'invalid', category: 'event', quantity: 9 }]);
  });

  it('is a problem when no line is valid', () => {
    const { status, headers, json } = refusal(() => decode(ndjson('{"a"', { service: 'shop' })));
    expect([status, headers]).toEqual([400, { 'content-type': 'application/problem+json' }]);
    expect(json).toMatchObject({ status: 400, code: 'no_valid_event', rejected: [{ line: 1 }, { line: 2 }] });
    for (const body of ['', '[]', '[{"message":"cut"']) expect(refusal(() => decode(body)).status).toBe(400);
  });

  it('lists a thousand rejections and counts the others', () => {
    const { json, dropped } = refusal(() => decode('x\n'.repeat(5_000)));
    expect(json.rejected).toHaveLength(1_000);
    expect(json.rejectedCount).toBe(5_000);
    expect(dropped).toEqual([{ reason: 'invalid', category: 'event', quantity: 5_000 }]);
  });

  it('refuses one event above the bound, and more events than the bound', () => {
    const body = ndjson({ message: 'é'.repeat(60) }, { message: 'b' }, { message: 'c' });
    const batch = decode(body, {}, { ...BOUNDS, itemBytes: 100, items: 2 });
    expect(batch.events.map(({ body }) => body)).toEqual(['b']);
    expect(JSON.parse(String(batch.reply(['stored']).body)).rejected).toMatchObject([
      { line: 1, code: 'too_large' },
      { line: 3, code: 'too_many' },
    ]);
  });
});

describe('a body', () => {
  it('may be lines, an array, or one event over several lines', () => {
    const bodies = (body: string) => decode(body).events.map(({ body }) => body);
    expect(bodies('\ufeff{"message":"a"}\r\n{"message":"b"}\r\n')).toEqual(['a', 'b']);
    expect(bodies(' [{"message":"a"},\n{"message":"b"}]')).toEqual(['a', 'b']);
    expect(bodies('{\n  "message": "a"\n}\n')).toEqual(['a']);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('may be packed with %s', (encoding, pack) => {
    const body = pack(Buffer.from(ndjson({ message: 'a' }, { message: 'b' })));
    expect(decode(body, { headers: { 'content-encoding': encoding } }).events).toHaveLength(2);
  });

  it('of more than 64 MiB is refused, packed or not, and one that grows to more than a hundred times its bytes', () => {
    const large = Buffer.alloc(64 * 1024 * 1024 + 1, 10);
    const gzip = { headers: { 'content-encoding': 'gzip' } };
    expect(refusal(() => decode(large)).status).toBe(413);
    expect(refusal(() => decode(gzipSync(large), gzip)).status).toBe(413);
    expect(refusal(() => decode(gzipSync(large.subarray(0, 8 * 1024 * 1024)), gzip)).status).toBe(413);
    expect(refusal(() => decode('x', { headers: { 'content-encoding': 'lzma' } })).status).toBe(415);
    expect(refusal(() => decode('x', { headers: { 'content-encoding': 'br' } })).status).toBe(400);
  });
});

describe('the id', () => {
  const at = '2025-10-20T03:18:20.123Z';
  const body = ndjson({ id: 'mine', message: 'a' }, { time: at, message: 'b' }, { time: at, message: 'b' });
  const ids = (text: string, receivedAt = RECEIVED) => decode(text, { receivedAt }).events.map(({ id }) => id);

  it('is given, or the same at every retry, and another for equal ones of one request', () => {
    expect(ids(body)[0]).toBe('mine');
    expect(new Set(ids(body)).size).toBe(3);
    expect(ids(body, RECEIVED + 5_000)).toEqual(ids(body));
  });

  it('that is given is known again though the event has no time', () => {
    const { claimedTimes } = decode(ndjson({ id: 'a', message: 'a' }, { id: 'b', time: at, message: 'b' }));
    expect(claimedTimes).toEqual(new Map([['a', 0]]));
  });

  it('of the same words without a time is another an hour later', () => {
    expect(ids('{"message":"disk full"}', RECEIVED + 3_600_000)).not.toEqual(ids('{"message":"disk full"}'));
  });
});

describe('hostile bodies', () => {
  const takes = (body: Uint8Array, headers: Record<string, string> = {}) => {
    try {
      const batch = decode(body, { headers }, { ...BOUNDS, itemBytes: 10_000, items: 100 });
      const outcomes = batch.events.map((_, index): EventOutcome => (index % 2 ? 'duplicate' : 'stored'));
      expect(batch.reply(outcomes).status).toBe(200);
      for (const event of batch.events) {
        expect(event.body.trim()).not.toBe('');
        expect(event.id).not.toBe('');
        expect(Number.isFinite(event.time)).toBe(true);
      }
      const pipeline = createEventPipeline({ clock: { now: () => RECEIVED } });
      pipeline.push(batch.events);
      pipeline.flush();
    } catch (error) {
      expect(error).toBeInstanceOf(WireRefusal);
    }
  };

  it('of any bytes are taken or refused', () => {
    const encoding = fc.constantFrom('', 'gzip', 'br', 'zstd', 'deflate', 'x');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), encoding, (bytes, name) =>
        takes(bytes, name === '' ? {} : { 'content-encoding': name }),
      ),
    );
  });

  it('of any records are taken or refused', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ...Object.keys(WHOLE),
        'exception',
        'type',
        'stack',
        'cause',
        'frames',
        '__proto__',
        'constructor',
      ),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(name, tie('value'), { maxKeys: 6 }),
      ),
    }));
    const record = fc.oneof(
      value,
      fc.dictionary(name, value).map((fields) => ({ ...fields, message: 'm' })),
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), fc.boolean(), (records, isArray) =>
        takes(Buffer.from(isArray ? JSON.stringify(records) : ndjson(...records))),
      ),
      { numRuns: 500 },
    );
  });

  it('that nest to the bottom do no harm', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(decode(`{"message":"a","attributes":${deep}}`).events).toHaveLength(1);
    expect(refusal(() => decode(`[{"message":"a","attributes":${deep}}]`)).json.rejected[0].code).toBe('invalid_event');
    expect(refusal(() => decode('['.repeat(5_000_000))).status).toBe(400);
  });
});
