import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createElasticBulkFormat, elasticSetUpReply } from '../../../src/adapters/sources/elastic-bulk/index.ts';
import { type EventOutcome, WireRefusal, type WireRequest } from '../../../src/core/ingest/ports.ts';
import { BOUNDS } from './elastic-server.ts';

const RECEIVED = Date.UTC(2025, 9, 20, 3, 18, 28, 648);
const format = createElasticBulkFormat({ clock: { now: () => RECEIVED + 12 } });

function request(body: string | Uint8Array, fields: Partial<WireRequest> = {}): WireRequest {
  return {
    format: 'elastic-bulk',
    method: 'POST',
    path: '/_bulk',
    query: {},
    headers: {},
    body: typeof body === 'string' ? Buffer.from(body) : body,
    project: { id: 1, slug: 'shop' },
    trust: 'server',
    receivedAt: RECEIVED,
    ...fields,
  };
}

const lines = (...values: unknown[]) =>
  `${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')}\n`;
const decode = (body: string | Uint8Array, fields?: Partial<WireRequest>) =>
  format.decode(request(body, fields), BOUNDS);
const one = (document: unknown) => decode(lines({ index: { _index: 'logs' } }, document)).events[0]!;

function answer(body: string | Uint8Array, outcomes?: EventOutcome[], fields?: Partial<WireRequest>) {
  const batch = decode(body, fields);
  const reply = batch.reply(outcomes ?? batch.events.map(() => 'stored'));
  return { ...reply, json: JSON.parse(String(reply.body)) };
}

function refusal(run: () => unknown): WireRefusal {
  try {
    run();
  } catch (error) {
    if (error instanceof WireRefusal) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the answer to a bulk request', () => {
  it('tells each item in request order: created, known, broken, not supported', () => {
    const body = lines(
      { create: { _index: 'logs', _id: 'a' } },
      { message: 'first' },
      { create: { _index: 'logs', _id: 'b' } },
      { message: 'known' },
      { index: { _id: 'c' } },
      { message: 'known, too' },
      { index: { _id: 'd' } },
      '{"message": "brok',
      { update: { _id: 'e' } },
      { doc: { message: 'changed' } },
      { delete: { _id: 'f' } },
      { index: {} },
      { message: 'last' },
    );
    const { status, headers, json } = answer(body, ['stored', 'duplicate', 'duplicate', 'stored'], {
      path: '/web/_bulk',
    });
    expect(status).toBe(200);
    expect(headers).toEqual({ 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' });
    expect(json).toMatchObject({ took: 12, errors: true });
    expect(json.items).toMatchObject([
      { create: { _index: 'logs', _id: 'a', status: 201, result: 'created' } },
      { create: { _index: 'logs', _id: 'b', status: 409, error: { type: 'version_conflict_engine_exception' } } },
      { index: { _index: 'web', _id: 'c', status: 200, result: 'updated' } },
      { index: { _index: 'web', _id: 'd', status: 400, error: { type: 'document_parsing_exception' } } },
      { update: { _index: 'web', _id: 'e', status: 400, error: { type: 'illegal_argument_exception' } } },
      { delete: { _index: 'web', _id: 'f', status: 400 } },
      { index: { _index: 'web', status: 201, result: 'created' } },
    ]);
    expect(decode(body).dropped).toEqual([
      { reason: 'invalid', category: 'document', quantity: 1 },
      { reason: 'unsupported', category: 'document', quantity: 2 },
    ]);
  });

  it('says no errors when all went in, without a line end behind the last document', () => {
    const { json } = answer('{"index":{"_index":"logs"}}\r\n{"message":"a"}\n\n{"create":{}}\n{"message":"b"}');
    expect(json).toMatchObject({
      errors: false,
      items: [{ index: { status: 201 } }, { create: { _index: 'shop', status: 201 } }],
    });
  });

  it('takes op_type of an index action for what it says', () => {
    const { json } = answer(lines({ index: { _index: 'logs', _id: '1', op_type: 'create' } }, { message: 'a' }), [
      'duplicate',
    ]);
    expect(json.items).toMatchObject([{ create: { status: 409 } }]);
  });

  it('answers a repeat without an id with success', () => {
    const { json } = answer(lines({ create: { _index: 'logs' } }, { message: 'a' }), ['duplicate']);
    expect(json).toMatchObject({ errors: false, items: [{ create: { status: 201 } }] });
  });

  it.each([
    ['application/vnd.elasticsearch+json; compatible-with=8', 'application/vnd.elasticsearch+json;compatible-with=8'],
    [
      'application/vnd.elasticsearch+json;compatible-with=9,text/plain',
      'application/vnd.elasticsearch+json;compatible-with=9',
    ],
    ['application/vnd.opensearch+json', 'application/json'],
    ['*/*', 'application/json'],
  ])('follows the client that accepts %s', (accept, expected) => {
    const { headers } = answer(lines({ index: {} }, { message: 'a' }), undefined, { headers: { accept } });
    expect(headers['content-type']).toBe(expected);
  });

  it('fails a document above the bound alone, and the one behind which nothing stands', () => {
    const body = `${lines({ index: {} }, { message: 'x'.repeat(200) }, { index: {} }, { message: 'b' })}{"index":{}}`;
    const batch = format.decode(request(body), { ...BOUNDS, itemBytes: 100 });
    const { items } = JSON.parse(String(batch.reply(['stored']).body));
    expect(items.map((item: { index: { status: number } }) => item.index.status)).toEqual([400, 201, 400]);
    expect(batch.dropped).toContainEqual({ reason: 'too-large', category: 'document', quantity: 1 });
  });

  it.each([
    ['an empty body', '', 400],
    ['no action line', '{"message":"a"}\n', 400],
    ['an action line that is cut', lines({ index: {} }, { message: 'a' }, '{"ind'), 400],
    ['two actions in one', lines({ index: {}, create: {} }, { message: 'a' }), 400],
  ])('refuses %s whole', (_, body, status) => {
    const { reply } = refusal(() => decode(body));
    expect(reply.status).toBe(status);
    expect(reply.headers['x-elastic-product']).toBe('Elasticsearch');
    expect(JSON.parse(String(reply.body))).toMatchObject({
      status,
      error: { type: expect.any(String), reason: expect.any(String) },
    });
  });

  it('refuses too many items, and what inflates beyond the bound, with 413', () => {
    const body = lines(...Array.from({ length: 11 }, () => ({ delete: {} })));
    expect(refusal(() => format.decode(request(body), { ...BOUNDS, items: 10 })).reply.status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(5_000_000, 10));
    const packed = request(bomb, { headers: { 'content-encoding': 'gzip' } });
    expect(refusal(() => format.decode(packed, { ...BOUNDS, inflatedBytes: 1_000_000 })).reply.status).toBe(413);
  });

  it('reads packed bodies, and refuses an encoding nobody knows with 415', () => {
    const body = lines({ index: {} }, { message: 'a' });
    expect(decode(gzipSync(body), { headers: { 'content-encoding': 'gzip' } }).events).toHaveLength(1);
    expect(decode(brotliCompressSync(body), { headers: { 'content-encoding': 'br' } }).events).toHaveLength(1);
    expect(refusal(() => decode(body, { headers: { 'content-encoding': 'lzma' } })).reply.status).toBe(415);
    expect(refusal(() => decode(body, { headers: { 'content-encoding': 'gzip' } })).reply.status).toBe(400);
  });
});

describe('a document', () => {
  const ecs = {
    '@timestamp': '2025-10-20T03:18:20.123Z',
    message: 'payment failed',
    'log.level': 'error',
    'log.logger': 'shop.payments',
    'error.type': 'java.lang.IllegalStateException',
    'error.message': 'no funds',
    'error.stack_trace': 'java.lang.IllegalStateException: no funds\n\tat shop.Pay.charge(Pay.java:10)',
    'service.name': 'shop',
    'service.version': '4f2a91c',
    'service.environment': 'production',
    'trace.id': '4bf92f3577b34da6a3ce929d0e0e4736',
    'span.id': '00f067aa0ba902b7',
    'host.name': 'web-1',
    'http.request.method': 'post',
    'http.response.status_code': 502,
    'url.path': '/orders',
    'user.id': '17',
    'client.ip': '192.0.2.7',
    'event.duration': 1_500_000,
  };
  const nested: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(ecs)) {
    let target = nested;
    const parts = name === '@timestamp' ? [name] : name.split('.');
    for (const part of parts.slice(0, -1)) {
      target[part] ??= {};
      target = target[part] as Record<string, unknown>;
    }
    target[parts.at(-1)!] = value;
  }

  it.each([
    ['dotted', ecs],
    ['nested', nested],
  ])('of ECS, %s, becomes an event', (_, document) => {
    expect(one(document)).toMatchObject({
      time: Date.UTC(2025, 9, 20, 3, 18, 20, 123),
      observedTime: RECEIVED,
      body: 'payment failed',
      severityNumber: 17,
      severityText: 'error',
      logger: 'shop.payments',
      service: 'shop',
      revision: '4f2a91c',
      environment: 'production',
      instance: 'web-1',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      stackText: ecs['error.stack_trace'],
      request: { method: 'POST', path: '/orders', status: 502, clientAddress: '192.0.2.7', durationMs: 1.5 },
      user: { id: '17', name: null },
      trust: 'server',
    });
  });

  it('of ECS without a stack keeps type and message of its error', () => {
    const event = one({ message: 'failed', error: { type: 'KeyError', message: 'id' }, log: { level: 'ERROR' } });
    expect(event.exceptions).toMatchObject([{ type: 'KeyError', message: 'id' }]);
  });

  it.each([
    [
      'pino',
      { level: 50, time: 1760930300123, pid: 1, hostname: 'web-1', msg: 'failed' },
      { severityNumber: 17, instance: 'web-1' },
    ],
    [
      'winston',
      {
        '@timestamp': '2025-10-20T03:18:20.123Z',
        severity: 'warn',
        message: 'failed',
        fields: { stack: 'Error: a\n    at b (/app/c.js:1:2)' },
      },
      { severityNumber: 13, stackText: 'Error: a\n    at b (/app/c.js:1:2)' },
    ],
    [
      'structlog',
      {
        event: 'failed',
        level: 'critical',
        timestamp: '2025-10-20T03:18:20.123Z',
        exception: 'Traceback (most recent call last):\n  File "a.py", line 1, in b\nE: x',
      },
      { severityNumber: 18, stackText: expect.stringContaining('Traceback') },
    ],
  ])('of %s becomes an event', (_, document, expected) => {
    expect(one(document)).toMatchObject({ body: 'failed', ...expected });
  });

  it('of a shipper has its line read, and the stream it belongs to', () => {
    const shipped = (message: string) => ({
      '@timestamp': '2025-10-20T03:18:20.123Z',
      message,
      log: { file: { path: '/var/log/app.log' }, offset: 17 },
      host: { hostname: 'web-1' },
      agent: { type: 'filebeat' },
    });
    const json = one(shipped('{"level":50,"time":1,"msg":"no funds","reqId":"r1"}'));
    expect(json).toMatchObject({ body: 'no funds', severityNumber: 17, time: Date.UTC(2025, 9, 20, 3, 18, 20, 123) });
    expect(json.source).toMatchObject({ name: 'logs', stream: 'logs:web-1:/var/log/app.log' });
    expect(one(shipped('2025-10-20 05:18:20,001 ERROR shop.pay: no funds'))).toMatchObject({
      body: 'no funds',
      severityNumber: 17,
      logger: 'shop.pay',
      time: Date.UTC(2025, 9, 20, 3, 18, 20, 123),
    });
    expect(one(shipped('    at charge (/app/pay.js:10:5)')).body).toBe('    at charge (/app/pay.js:10:5)');
    expect(one({ '@timestamp': '2025-10-20T03:18:20.123Z', log: 'plain words\n', stream: 'stderr' }).body).toBe(
      'plain words',
    );
  });

  it('has its `_id`, or one that a retry repeats', () => {
    const at = '2025-10-20T03:18:20.123Z';
    const body = lines(
      { index: { _id: 'mine' } },
      { message: 'a' },
      { index: {} },
      { at, time: at, message: 'b' },
      { index: {} },
      { at, time: at, message: 'b' },
    );
    const first = decode(body).events.map(({ id }) => id);
    const retried = decode(body, { receivedAt: RECEIVED + 5_000 }).events.map(({ id }) => id);
    expect(first[0]).toBe('shop/mine');
    expect(decode(body).claimedTimes).toEqual(new Map([['shop/mine', 0]]));
    expect(new Set(first).size).toBe(3);
    expect(retried).toEqual(first);
  });

  it('of after the end of time happened when it came', () => {
    expect(one({ '@timestamp': 1e300, message: 'a' })).toMatchObject({ time: RECEIVED, timeSuspect: true });
  });

  it('without a time happened when it came', () => {
    const body = lines({ index: {} }, { message: 'disk full' });
    const later = decode(body, { receivedAt: RECEIVED + 3_600_000 }).events[0]!;
    expect(later.time).toBe(RECEIVED + 3_600_000);
    expect(later.id).not.toBe(decode(body).events[0]!.id);
  });
});

describe('the set-up', () => {
  const setUp = (method: string, path: string) =>
    elasticSetUpReply({ method, path, accept: null, clusterUuid: 'uuid' });

  it.each([
    ['HEAD', '/'],
    ['GET', '/_license'],
    ['GET', '/_xpack'],
    ['HEAD', '/_index_template/filebeat-8.19.0'],
    ['PUT', '/_index_template/filebeat-8.19.0'],
    ['GET', '/_ilm/policy/filebeat'],
    ['PUT', '/_ilm/policy/filebeat'],
    ['PUT', '/_ingest/pipeline/filebeat-8.19.0-nginx'],
    ['PUT', '/_data_stream/filebeat-8.19.0'],
    ['POST', '/logs/_refresh'],
    ['GET', '/_nodes/http'],
  ])('answers %s %s with 200 and the product header', (method, path) => {
    expect(setUp(method, path)).toMatchObject({ status: 200, headers: { 'x-elastic-product': 'Elasticsearch' } });
  });

  it('says who is there', () => {
    expect(JSON.parse(String(setUp('GET', '/')!.body))).toEqual({
      name: 'guardian',
      cluster_name: 'guardian',
      cluster_uuid: 'uuid',
      version: { number: '8.19.0', build_flavor: 'default' },
      tagline: 'You Know, for Search',
    });
  });

  it.each([
    ['POST', '/_bulk'],
    ['PUT', '/logs/_bulk'],
    ['PUT', '/logs/_doc/1'],
    ['PUT', '/logs/_create/1'],
    ['POST', '/logs/_doc'],
    ['GET', '/logs/_search'],
    ['DELETE', '/logs'],
  ])('never acknowledges %s %s', (method, path) => {
    expect(setUp(method, path)).toBeNull();
  });
});

describe('hostile bodies', () => {
  const decodes = (body: Uint8Array, headers: Record<string, string> = {}) => {
    try {
      const batch = format.decode(request(body, { headers }), { ...BOUNDS, itemBytes: 10_000, items: 1_000 });
      const reply = batch.reply(batch.events.map((_, index) => (index % 2 ? 'duplicate' : 'stored')));
      const { items } = JSON.parse(String(reply.body));
      expect(items.length).toBeGreaterThanOrEqual(batch.events.length);
      for (const event of batch.events) {
        expect(event.body).not.toBe('');
        expect(event.id).not.toBe('');
        expect(Number.isFinite(event.time)).toBe(true);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(WireRefusal);
    }
  };

  it('of any bytes are taken or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('', 'gzip', 'br', 'zstd', 'x'), (body, encoding) =>
        decodes(body, { 'content-encoding': encoding }),
      ),
    );
  });

  it('of any documents are taken or refused', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'message',
        'level',
        'error',
        'err',
        'log',
        'time',
        '@timestamp',
        'http',
        'req',
        '__proto__',
        'stack',
        'fields',
        'cause',
        'host',
        'service.name',
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
        fc.dictionary(name, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const action = fc.oneof(
      fc.constantFrom({ index: {} }, { create: { _id: 'a' } }, { delete: {} }, { update: {} }),
      fc.dictionary(fc.constantFrom('index', 'create'), value, { minKeys: 1, maxKeys: 1 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(action, value), { maxLength: 5 }), (pairs) =>
        decodes(Buffer.from(lines(...pairs.flat()))),
      ),
      { numRuns: 500 },
    );
  });

  it('that nest to the bottom are taken without harm', () => {
    const deep = `${'{"a":'.repeat(1_500)}1${'}'.repeat(1_500)}`;
    const event = one(`{"message":"deep","err":${deep}}`);
    expect(event.body).toBe('deep');
    expect(JSON.stringify(event.payload).length).toBeLessThan(1_000);
    decodes(Buffer.from(lines({ index: {} }, '['.repeat(9_000))));
  });
});
