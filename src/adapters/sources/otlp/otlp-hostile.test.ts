import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WireBatch, WireRefusal } from '../../../core/ingest/ports.ts';
import {
  anyValue,
  decodeLogs,
  decodeTraces,
  field,
  keyValues,
  logsJson,
  logsProtobuf,
  NOON,
  PROTOBUF,
  spansJson,
} from './otlp-fixtures.ts';
import { toProtobuf } from './proto-fixtures.ts';

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex'));

const { value: plainValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 8 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
}));
const names = fc.constantFrom(
  'exception.type',
  'exception.message',
  'exception.stacktrace',
  'http.request.method',
  'url.path',
  'http.response.status_code',
  'user.id',
  'order.id',
  '__proto__',
  'constructor',
);
const attributes = fc
  .array(fc.tuple(fc.oneof(names, fc.string()), plainValue), { maxLength: 8 })
  .map((pairs) => pairs.map(([key, value]) => ({ key, value: anyValue(value) })));
const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const records = fc.record(
  {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber: fc.integer({ min: -3, max: 30 }),
    severityText: fc.string(),
    body: plainValue.map(anyValue),
    attributes,
    traceId: hex(16),
    spanId: hex(8),
    eventName: fc.string(),
  },
  { requiredKeys: [] },
);
const spans = fc.record(
  {
    traceId: hex(16),
    spanId: hex(8),
    name: fc.string(),
    kind: fc.integer({ min: -1, max: 9 }),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    events: fc.array(
      fc.record({ timeUnixNano: nanos, name: fc.constantFrom('exception', 'retry'), attributes }, { requiredKeys: [] }),
      { maxLength: 3 },
    ),
    status: fc.record({ code: fc.integer({ min: 0, max: 3 }), message: fc.string() }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** The batch, or null when the request was refused; anything else that is thrown fails. */
function decoded(decode: () => WireBatch): WireBatch | null {
  try {
    const batch = decode();
    for (const event of batch.events) expectWhole(event);
    batch.reply(batch.events.map(() => 'stored' as const));
    return batch;
  } catch (error) {
    if (error instanceof WireRefusal) return null;
    throw error;
  }
}

function expectWhole(event: WireBatch['events'][number]): void {
  expect(event.id).toMatch(/^otlp-[0-9a-f]{32}$/);
  expect(event.body.trim()).not.toBe('');
  expect(Number.isFinite(event.time)).toBe(true);
  expect(Number.isInteger(event.severityNumber)).toBe(true);
  expect(JSON.parse(JSON.stringify(event))).toMatchObject({ id: event.id });
}

describe('the two encodings', () => {
  it('give the same events of the same records', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 4 }), (list) => {
        const json = logsJson(list, { 'service.name': 'shop', zone: 'a' });
        const fromJson = decoded(() => decodeLogs(json));
        const fromProtobuf = decoded(() => decodeLogs(toProtobuf(json), PROTOBUF));
        expect(fromProtobuf?.events).toEqual(fromJson?.events);
        expect(fromProtobuf?.dropped).toEqual(fromJson?.dropped);
      }),
      { numRuns: 400 },
    );
  });

  it('give the same events of the same spans', () => {
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 4 }), (list) => {
        const json = spansJson(list);
        const fromJson = decoded(() => decodeTraces(json));
        const fromProtobuf = decoded(() => decodeTraces(toProtobuf(json), PROTOBUF));
        expect(fromProtobuf?.events).toEqual(fromJson?.events);
        expect(fromProtobuf?.dropped).toEqual(fromJson?.dropped);
      }),
      { numRuns: 400 },
    );
  });

  it('keep integers that no number holds as text', () => {
    for (const intValue of ['9223372036854775807', '-9223372036854775808', '9007199254740993']) {
      const json = logsJson([{ body: { stringValue: 'a' }, attributes: [{ key: 'n', value: { intValue } }] }]);
      expect(decodeLogs(json).events[0]?.attributes.n).toBe(intValue);
      expect(decodeLogs(toProtobuf(json), PROTOBUF).events[0]?.attributes.n).toBe(intValue);
    }
    const json = logsJson([{ body: { stringValue: 'a' }, attributes: keyValues({ n: -9007199254740991 }) }]);
    expect(decodeLogs(toProtobuf(json), PROTOBUF).events[0]?.attributes.n).toBe(-9007199254740991);
  });

  it('read a resource and a scope that stand behind their records', () => {
    const record = field(5, field(1, 'late'));
    const scope = Buffer.concat([field(2, record), field(1, field(1, 'orders'))]);
    const attribute = Buffer.concat([field(1, 'service.name'), field(2, field(1, 'shop'))]);
    const body = field(1, Buffer.concat([field(2, scope), field(1, field(1, attribute))]));
    expect(decodeLogs(body, PROTOBUF).events[0]).toMatchObject({ body: 'late', service: 'shop', logger: 'orders' });
  });
});

const EXAMPLE = logsJson([
  {
    timeUnixNano: `${NOON}000000`,
    severityNumber: 17,
    body: anyValue({ message: 'failed', parts: [1, 'two', { three: 3.5 }] }),
    attributes: keyValues({ 'exception.type': 'E', 'exception.stacktrace': 'E: x\n    at f (a.js:1:2)', n: 7 }),
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
  },
]);
const SPAN_EXAMPLE = spansJson([
  {
    name: 'GET /',
    kind: 2,
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    startTimeUnixNano: `${NOON}000000`,
    status: { code: 2, message: 'no' },
    attributes: keyValues({ 'http.request.method': 'GET' }),
    events: [{ name: 'exception', attributes: keyValues({ 'exception.type': 'E' }) }],
  },
]);

describe('hostile bodies', () => {
  it('are refused or read, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const type of ['application/json', PROTOBUF.type]) {
          decoded(() => decodeLogs(bytes, { type }));
          decoded(() => decodeTraces(bytes, { type }));
          decoded(() => decodeLogs(bytes, { type, path: '/v1/metrics' }));
          decoded(() => decodeLogs(bytes, { type, encoding: 'gzip' }));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are refused or read when some bytes of a good one are others, missing or doubled', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert', 'end') });
    const bodies = [EXAMPLE, SPAN_EXAMPLE].flatMap((json) => [Buffer.from(json), toProtobuf(json)]);
    fc.assert(
      fc.property(fc.nat(3), fc.array(change, { minLength: 1, maxLength: 6 }), (index, changes) => {
        let body = Buffer.from(bodies[index]!);
        for (const one of changes) body = changed(body, one);
        const type = index % 2 === 0 ? 'application/json' : PROTOBUF.type;
        decoded(() => decodeLogs(body, { type }));
        decoded(() => decodeTraces(body, { type }));
      }),
      { numRuns: 3_000 },
    );
  });

  it('are refused or read when any value of a good JSON is another one', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.jsonValue(), fc.boolean(), (nth, value, isLogs) => {
        let count = 0;
        const body = JSON.stringify(
          JSON.parse(isLogs ? EXAMPLE : SPAN_EXAMPLE, (_key, inner) => (count++ === nth ? value : inner)),
        );
        decoded(() => (isLogs ? decodeLogs(body) : decodeTraces(body)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('cannot nest too deep', () => {
    const open = '['.repeat(3_000_000);
    expect(decoded(() => decodeLogs(`{"resourceLogs":${open}`))).toBeNull();
    expect(decoded(() => decodeLogs(`{"x":${'['.repeat(900_000)}${']'.repeat(900_000)}}`))?.events).toEqual([]);
    let value: Uint8Array = field(1, 'x');
    for (let level = 0; level < 2_000; level++) value = field(5, field(1, value));
    const [event] = decodeLogs(logsProtobuf([field(5, value)]), PROTOBUF).events;
    expect(event?.truncated).toBe(true);
    const groups = Buffer.alloc(100_000, (5 << 3) | 3);
    expect(decoded(() => decodeLogs(groups, PROTOBUF))).toBeNull();
    expect(decoded(() => decodeLogs(logsProtobuf([groups]), PROTOBUF))).toBeNull();
  });

  it('may hold fields that nobody knows, groups too', () => {
    const unknown = Buffer.from([0x7b, 0x08, 1, 0x7c, 0x78, 5, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4]);
    const record = Buffer.concat([unknown, field(15, 'x'), field(5, field(1, 'good')), unknown]);
    expect(decodeLogs(logsProtobuf([record]), PROTOBUF).events.map(({ body }) => body)).toEqual(['good']);
  });

  it('cannot claim lengths that are not there', () => {
    for (const length of [[0xff, 0xff, 0xff, 0xff, 0x07], [0xff, 0xff, 0xff, 0xff, 0x0f], Array(12).fill(0xff)]) {
      expect(decoded(() => decodeLogs(Buffer.from([0x0a, ...length]), PROTOBUF))).toBeNull();
      const record = Buffer.from([0x2a, ...length]);
      const batch = decodeLogs(logsProtobuf([field(5, field(1, 'good')), record]), PROTOBUF);
      expect(batch.events.map(({ body }) => body)).toEqual(['good']);
      expect(batch.dropped).toEqual([{ reason: 'invalid', category: 'log_item', quantity: 1 }]);
    }
  });

  it('cannot reach from one record into the next', () => {
    // The body's text claims one byte more than its record has.
    const greedy = Buffer.from([0x2a, 3, 0x0a, 2, 0x78]);
    const batch = decodeLogs(logsProtobuf([greedy, field(5, field(1, 'next'))]), PROTOBUF);
    expect(batch.events.map(({ body }) => body)).toEqual(['next']);
  });

  it('keep texts that are no UTF-8, with the broken bytes marked', () => {
    const batch = decodeLogs(logsProtobuf([field(5, field(1, Buffer.from([0x61, 0xff, 0x62])))]), PROTOBUF);
    expect(batch.events[0]?.body).toBe('a\ufffdb');
  });
});

function changed(
  body: Buffer<ArrayBuffer>,
  { at, byte, kind }: { at: number; byte: number; kind: 'set' | 'cut' | 'insert' | 'end' },
): Buffer<ArrayBuffer> {
  const place = at % Math.max(1, body.length);
  const before = body.subarray(0, place);
  if (kind === 'end') return before;
  if (kind === 'cut') return Buffer.concat([before, body.subarray(place + 1)]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.from([byte]), body.subarray(place)]);
  body[place] = byte;
  return body;
}
