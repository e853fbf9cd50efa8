import { gzipSync } from 'node:zlib';
import { Reader } from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import {
  anyValue,
  decodeLogs,
  decodeTraces,
  field,
  logRecord,
  logsJson,
  logsProtobuf,
  PROTOBUF,
  refusalOf,
  spansJson,
} from './otlp-fixtures.ts';

const BODY = field(5, field(1, 'order placed'));

/** Fields of a message with one varint and one text. */
function readPair(bytes: Uint8Array): { number: number | null; text: string | null } {
  const reader = Reader.create(bytes);
  const read: { number: number | null; text: string | null } = { number: null, text: null };
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if ((tag & 7) === 2) read.text = reader.string();
    else read.number = Number(reader.int64());
  }
  return read;
}

describe('replies', () => {
  it('is empty, in the type of the request, when everything was taken', () => {
    expect(decodeLogs(logsJson([logRecord()])).reply(['stored'])).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const reply = decodeLogs(logsProtobuf([BODY]), PROTOBUF).reply(['stored']);
    expect(reply.headers).toEqual({ 'content-type': 'application/x-protobuf' });
    expect(reply.body).toHaveLength(0);
  });

  it('takes an empty request as taken whole, in both encodings', () => {
    for (const batch of [decodeLogs('{}'), decodeLogs('', PROTOBUF), decodeTraces('{"resourceSpans":[]}')]) {
      expect(batch.events).toEqual([]);
      expect(batch.dropped).toEqual([]);
      expect(batch.reply([]).status).toBe(200);
    }
    expect(decodeLogs('{}').reply([]).body).toBe('{}');
  });

  it('tells how many items were refused, and why', () => {
    const records = [logRecord(), 7, logRecord({ body: { stringValue: 'x'.repeat(300) } }), logRecord(), logRecord()];
    const batch = decodeLogs(logsJson(records), { bounds: { itemBytes: 200, items: 4 } });
    expect(batch.events).toHaveLength(2);
    expect(batch.dropped).toEqual([
      { reason: 'invalid', category: 'log_item', quantity: 1 },
      { reason: 'too-large', category: 'log_item', quantity: 1 },
      { reason: 'too-many', category: 'log_item', quantity: 1 },
    ]);
    expect(JSON.parse(String(batch.reply(['stored', 'stored']).body))).toEqual({
      partialSuccess: {
        rejectedLogRecords: '3',
        errorMessage: '1 not readable, or empty, 1 too large, 1 too many in one request',
      },
    });
  });

  it('tells the same in protobuf', () => {
    const broken = Buffer.from([0x2a, 0x7f, 1]);
    const batch = decodeLogs(logsProtobuf([BODY, broken, BODY]), PROTOBUF);
    expect(batch.events).toHaveLength(2);
    const reader = Reader.create(Buffer.from(batch.reply(['stored', 'stored']).body));
    expect(reader.tag()).toBe((1 << 3) | 2);
    expect(readPair(reader.bytes())).toEqual({ number: 1, text: '1 not readable, or empty' });
  });

  it('names refused spans as the reply to spans does', () => {
    const batch = decodeTraces(spansJson([{ name: 'a' }, 'no span']));
    expect(JSON.parse(String(batch.reply([]).body)).partialSuccess.rejectedSpans).toBe('1');
  });

  it('keeps well spans for their trace, and counts those that name none as dropped', () => {
    const kept = {
      ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', parentSpanId: '00f067aa0ba902b6' },
      ...{ name: 'SELECT', kind: 3, startTimeUnixNano: '1700000000000500000', endTimeUnixNano: '1700000000012500000' },
      status: { code: 1 },
      attributes: [{ key: 'db.system', value: { stringValue: 'postgresql' } }],
    };
    const batch = decodeTraces(spansJson([kept, { name: 'b' }, { ...kept, startTimeUnixNano: '9900000000000000000' }]));
    expect(batch.events).toEqual([]);
    expect(batch.spans).toMatchObject([
      {
        ...{ traceId: kept.traceId, id: kept.spanId, parent: kept.parentSpanId, name: 'SELECT', kind: 'client' },
        ...{ start: 1_700_000_000_000.5, durationMs: 12, status: 'ok', attributes: { 'db.system': 'postgresql' } },
      },
    ]);
    expect(batch.dropped).toEqual([{ reason: 'without-place', category: 'span', quantity: 2 }]);
    expect(batch.reply([]).body).toBe('{}');
  });

  it('accepts metrics and counts all of them as dropped, whichever format they were routed to', () => {
    const json = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a' }, { name: 'b' }] }] }] });
    const protobuf = field(1, field(2, Buffer.concat([field(2, field(1, 'a')), field(2, field(1, 'b'))])));
    for (const batch of [
      decodeLogs(json, { path: '/v1/metrics' }),
      decodeTraces(json, { path: '/v1/metrics/' }),
      decodeLogs(protobuf, { ...PROTOBUF, path: '/v1/metrics' }),
    ]) {
      expect(batch.events).toEqual([]);
      expect(batch.dropped).toEqual([{ reason: 'unsupported', category: 'metric', quantity: 2 }]);
      expect(batch.reply([]).status).toBe(200);
    }
  });
});

describe('refusals', () => {
  it('refuses other content types with 415', () => {
    for (const type of ['text/plain', 'application/grpc', '', 'application/jsonp']) {
      expect(refusalOf(() => decodeLogs('{}', { type })).reply.status).toBe(415);
    }
    expect(decodeLogs('{}', { type: 'Application/JSON; charset=utf-8' }).reply([]).status).toBe(200);
  });

  it('refuses what cannot be read with 400 and a Status', () => {
    for (const body of ['', 'x', '[]', 'null', '{"resourceLogs":', '{"resourceLogs":{}}']) {
      const { reply } = refusalOf(() => decodeLogs(body));
      expect(reply.status).toBe(400);
      expect(reply.headers).toEqual({ 'content-type': 'application/json' });
      expect(JSON.parse(String(reply.body))).toEqual({ message: 'the body is not an export request in json' });
    }
    const { reply } = refusalOf(() => decodeLogs(Buffer.from([0x0a, 0xff, 0xff, 0x03]), PROTOBUF));
    expect(reply.status).toBe(400);
    expect(reply.headers).toEqual({ 'content-type': 'application/x-protobuf' });
    expect(readPair(Buffer.from(reply.body)).text).toBe('the body is not an export request in protobuf');
  });

  it('refuses with 400 when no item can be read, and counts them', () => {
    const refusal = refusalOf(() => decodeLogs(logsJson([1, 'two'])));
    expect(refusal.reply.status).toBe(400);
    expect(refusal.dropped).toEqual([{ reason: 'invalid', category: 'log_item', quantity: 2 }]);
  });

  it('refuses too large bodies with 413, packed or unpacked', () => {
    const bounds = { inflatedBytes: 1_000 };
    const long = logsJson([logRecord({ body: { stringValue: 'x'.repeat(2_000) } })]);
    expect(refusalOf(() => decodeLogs(long, { bounds })).reply.status).toBe(413);
    expect(refusalOf(() => decodeLogs(gzipSync(long), { bounds, encoding: 'gzip' })).reply.status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1, 0x20));
    expect(refusalOf(() => decodeLogs(bomb, { encoding: 'gzip' })).reply.status).toBe(413);
  });

  it('refuses a broken packing with 400, an unknown one with 415', () => {
    expect(refusalOf(() => decodeLogs('no gzip', { encoding: 'gzip' })).reply.status).toBe(400);
    expect(refusalOf(() => decodeLogs('{}', { encoding: 'lzw' })).reply.status).toBe(415);
  });

  it('reads a packed body', () => {
    const batch = decodeLogs(gzipSync(logsJson([logRecord()])), { encoding: 'gzip' });
    expect(batch.events.map(({ body }) => body)).toEqual(['order placed']);
  });

  it('refuses JSON of more values than a request of many items has, before it is parsed', () => {
    const many = `{"x":[${'{},'.repeat(1_500_000)}0]}`;
    expect(refusalOf(() => decodeLogs(many)).reply.status).toBe(413);
    const members = `{"x":{${'"a":1,'.repeat(2_100_000)}"b":2}}`;
    expect(refusalOf(() => decodeLogs(members)).reply.status).toBe(413);
  });

  it('takes brackets in texts for no values', () => {
    const brackets = `"${'{'.repeat(5_000_000)}`;
    const body = logsJson([logRecord({ body: { stringValue: brackets } })]);
    expect(decodeLogs(body, { bounds: { itemBytes: 8_000_000 } }).events).toHaveLength(1);
  });

  it('refuses millions of empty resources', () => {
    expect(refusalOf(() => decodeLogs(Buffer.alloc(1_000_000, Buffer.from([0x0a, 0])), PROTOBUF)).reply.status).toBe(
      413,
    );
  });
});

describe('bounds', () => {
  it('counts each failure of a span as an item', () => {
    const failure = { name: 'exception', attributes: [{ key: 'exception.type', value: anyValue('E') }] };
    const span = { name: 'a', events: Array.from({ length: 500 }, () => failure) };
    const batch = decodeTraces(spansJson([span, span, span]), { bounds: { items: 100 } });
    expect(batch.events).toHaveLength(128);
    expect(batch.events.every(({ truncated }) => truncated)).toBe(true);
    expect(batch.dropped).toEqual([{ reason: 'too-many', category: 'span', quantity: 1 }]);
  });

  it('copies no more of a resource into its events than a few kilobytes, and tells so', () => {
    const resource = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`label.${index}`, 'x'.repeat(500)]));
    const [event] = decodeLogs(logsJson([logRecord()], resource)).events;
    expect(JSON.stringify(event?.attributes).length).toBeLessThan(10_000);
    expect(event?.truncated).toBe(true);
  });

  it('cuts values that nest too deep', () => {
    let nested: Record<string, unknown> = anyValue('deep');
    for (let level = 0; level < 5_000; level++) nested = { arrayValue: { values: [nested] } };
    const [event] = decodeLogs(logsJson([logRecord({ attributes: [{ key: 'a', value: nested }] })])).events;
    expect(event?.truncated).toBe(true);
    expect(JSON.stringify(event?.attributes.a)).toBe(`${'['.repeat(17)}${']'.repeat(17)}`);
  });

  it('keeps names that are special to objects as ordinary ones', () => {
    const attributes = [{ key: '__proto__', value: anyValue({ polluted: true }) }];
    const [event] = decodeLogs(logsJson([logRecord({ attributes })])).events;
    expect(Object.keys(event?.attributes ?? {})).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
