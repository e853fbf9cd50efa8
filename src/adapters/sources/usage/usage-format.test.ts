import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireRefusal, type WireReply } from '../../../core/ingest/ports.ts';
import { createUsageFormat, type UsageFormatOptions } from './index.ts';

const RECEIVED = Date.parse('2026-03-01T12:00:00.000Z');
const BOUNDS = { inflatedBytes: 1_000_000, itemBytes: 16_384, attachmentBytes: 0, items: 1_000 };
const request = {
  kind: 'request',
  id: '0198f3c2-aaaa-7000-8000-000000000001',
  time: '2026-03-01T11:59:58.250Z',
  service: 'shop',
  sender: '0198f3c2-0000-7000-8000-000000000000',
  sequence: 7,
  revision: '4f2a91c',
  user: 'ana@example.com',
  client: 's:abcdefghijklmnopqrstuv',
  userAgent: 'firefox',
  durationMs: 120,
  method: 'POST',
  endpoint: '/api/threads/:id',
  feature: 'thread_create',
  group: 'threads',
  status: 200,
};

function decode(body: string | Uint8Array, options: UsageFormatOptions = {}, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const wire = { format: 'usage' as const, method: 'POST', path: '/', query: {}, headers, body: bytes };
  const project = { id: 1, slug: 'shop' };
  return createUsageFormat(options).decode({ ...wire, project, trust: 'server', receivedAt: RECEIVED }, BOUNDS);
}

function bodyOf({ body }: WireReply) {
  return JSON.parse(String(body));
}

function refusalOf(body: string, headers = {}): { status: number; detail: string; code: string } {
  try {
    // One of which numbers are noted is refused by its reply.
    return bodyOf(decode(body, {}, headers).reply([]));
  } catch (thrown) {
    if (thrown instanceof WireRefusal) return bodyOf(thrown.reply);
  }
  throw new Error('it failed in another way');
}

describe('usage records', () => {
  it('are taken as lines and as an array, packed or not, and answered by how many', () => {
    const other = { ...request, id: request.id.replace(/1$/, '2') };
    const lines = `${JSON.stringify(request)}\n${JSON.stringify(other)}\n`;
    for (const [body, headers] of [
      [lines, {}],
      [JSON.stringify([request, other]), {}],
      [gzipSync(lines), { 'content-encoding': 'gzip' }],
    ] as const) {
      const batch = decode(body, {}, headers);
      expect(batch.records.map(({ kind, id, time }) => [kind, id, time])).toEqual([
        ['usage', request.id, Date.parse(request.time)],
        ['usage', other.id, Date.parse(request.time)],
      ]);
      expect(bodyOf(batch.reply([]))).toEqual({ accepted: 2, rejected: [] });
    }
  });

  it('become facts with every field at its place', () => {
    const [record] = decode(JSON.stringify(request)).records;
    expect(record!.payload).toEqual({
      kind: 'request',
      id: request.id,
      at: Date.parse(request.time),
      service: 'shop',
      sender: request.sender,
      sequence: 7,
      revision: '4f2a91c',
      who: { user: 'ana@example.com', userBefore: null, client: request.client, userAgent: 'firefox', ip: null },
      durationMs: 120,
      method: 'POST',
      endpoint: '/api/threads/:id',
      feature: 'thread_create',
      group: 'threads',
      status: 200,
      requestId: null,
      error: null,
      isSampled: false,
    });
  });

  it('of an answer are errors by its status alone: the exception that travelled decides nothing', () => {
    const errorOf = (status: number, error?: unknown, user: string | null = request.user) => {
      const record = { ...request, user, status, ...(error === undefined ? {} : { error }) };
      return decode(JSON.stringify(record)).records[0]!.payload.error;
    };
    const said = { type: 'QuotaError', message: 'File too large' };
    expect(errorOf(404)).toEqual({ type: 'NotFound', message: 'NotFound 404', stack: null });
    expect(errorOf(413, said)).toEqual({ ...said, stack: null });
    expect(errorOf(503, null)).toEqual({ type: 'ServiceUnavailable', message: 'ServiceUnavailable 503', stack: null });
    expect(errorOf(503, null, null)).toBe('counted');
    expect(errorOf(503, undefined, null)).toMatchObject({ type: 'ServiceUnavailable' });
    expect(errorOf(499, said)).toBeNull();
    expect(errorOf(200, said)).toBeNull();
    // As the SDK names them.
    expect(errorOf(599)).toEqual({ type: 'Status599', message: 'Status599 599', stack: null });
    expect(errorOf(418)).toMatchObject({ type: 'ImATeapot' });
  });

  it('of a batch are its rows, and a row that is wrong is refused alone, by its number', () => {
    const batch = {
      ...{ kind: 'batch', id: '0198f3c2-aaaa-7000-8000-000000010000', time: request.time, service: 'shop' },
      ...{ sender: 'one', sequence: 5 },
      uses: [['GET', '/', 'home']],
      who: [['ana', 'firefox']],
      rows: [
        [0, 1, 0, 200, 0],
        [0, 1, 0, 999, 0],
        [0, 1, 3, 200, 0],
        [250, 1, 0, 200, 0],
      ],
    };
    const read = decode(JSON.stringify(batch));
    const uses = read.records.slice(0, 2);
    expect(uses.map(({ id, time }) => [id.slice(-4), time - Date.parse(request.time)])).toEqual([
      ['0000', 0],
      ['0003', 250],
    ]);
    expect(uses.map(({ payload }) => payload.sequence)).toEqual([5, 8]);
    expect(read.records[2]!.payload).toMatchObject({ kind: 'refused', sender: 'one', numbers: [[6, 7]] });
    expect(bodyOf(read.reply([]))).toEqual({
      accepted: 2,
      rejected: [
        { line: 1, code: 'invalid_field', message: expect.stringMatching(/^row 1: "status"/) },
        { line: 1, code: 'invalid_row', message: 'row 2: no use 3' },
      ],
    });
    expect(refusalOf(JSON.stringify({ ...batch, rows: 'all' })).status).toBe(400);
  });

  it('without a verified identity have none, and a client only with one', () => {
    expect(decode(JSON.stringify({ ...request, user: null })).records[0]!.payload.who).toBeNull();
    const { client, ...without } = request;
    expect(client).toBeDefined();
    expect(decode(JSON.stringify(without)).records[0]!.payload.who).toMatchObject({ client: 'firefox' });
  });

  it('are kept under the name they are given, or not at all', () => {
    const identify = (user: string) => (user === 'gone' ? null : { user: `p-${user}`, before: `q-${user}` });
    const [record] = decode(JSON.stringify({ ...request, user: 'ana' }), { identify }).records;
    expect(record!.payload.who).toMatchObject({ user: 'p-ana', userBefore: 'q-ana' });
    const lines = [request, { ...request, user: 'gone' }].map((one) => JSON.stringify(one)).join('\n');
    const rejected = [{ line: 2, code: 'erased_user', message: expect.any(String) }];
    expect(bodyOf(decode(lines, { identify }).reply([]))).toEqual({ accepted: 1, rejected });
  });

  it('that are refused leave their numbers, so that nobody takes them for lost', () => {
    const identify = (user: string) => (user === 'gone' ? null : { user, before: null });
    const numbered = (sequence: number, more: object = {}) => ({ ...request, sequence, ...more });
    const numbersOf = (records: readonly object[]) => {
      const read = decode(JSON.stringify(records), { identify });
      const { status, accepted } = bodyOf(read.reply([]));
      const refused = read.records.filter(({ payload }) => payload.kind === 'refused');
      return [status ?? 200, accepted ?? 0, refused.map(({ payload: { sender, numbers } }) => [sender, numbers])];
    };
    const lines = [
      numbered(1),
      numbered(3, { user: 'gone' }),
      numbered(2, { time: '2025-01-01T00:00:00.000Z' }),
      numbered(7, { status: 42 }),
      numbered(8, { sender: 'other', endpoint: 'x'.repeat(300) }),
      numbered(9, { sender: undefined }),
    ];
    expect(numbersOf(lines)).toEqual([
      200,
      1,
      [
        [
          request.sender,
          [
            [2, 3],
            [7, 7],
          ],
        ],
        ['other', [[8, 8]]],
      ],
    ]);
    expect(numbersOf([numbered(4, { user: 'gone' })])).toEqual([400, 0, [[request.sender, [[4, 4]]]]]);
  });

  it.each([
    [{ id: 'x' }, 'invalid_id'],
    [{ time: '2026-03-01' }, 'invalid_time'],
    [{ time: '2026-03-03T00:00:00Z' }, 'invalid_time'],
    [{ time: '2025-11-01T00:00:00Z' }, 'too_old'],
    [{ kind: 'visit' }, 'invalid_kind'],
    [{ service: '' }, 'invalid_field'],
    [{ service: undefined }, 'missing_field'],
    [{ user: 'x'.repeat(321) }, 'too_long'],
    [{ user: 'a\nb' }, 'invalid_field'],
    [{ sender: undefined }, 'invalid_sequence'],
    [{ sequence: 0 }, 'invalid_sequence'],
    [{ durationMs: -1 }, 'invalid_field'],
    [{ status: 42 }, 'invalid_field'],
    [{ kind: 'login', user: null }, 'invalid_field'],
    [{ kind: 'activity', until: '2026-03-01T11:59:59.251Z' }, 'invalid_time'],
    [{ kind: 'gap', count: 1, reason: 'full' }, 'invalid_kind'],
    [{ kind: 'error', error: { type: 'A', message: 'b', code: 200 } }, 'invalid_field'],
    [{ kind: 'sequence', state: 'idle' }, 'invalid_field'],
    [{ kind: 'sequence', state: 'stop', counters: { x: 'many' } }, 'invalid_field'],
  ])('that say %j are answered with their line and %s', (wrong, code) => {
    const body = `${JSON.stringify(request)}\n${JSON.stringify({ ...request, ...wrong })}`;
    expect(bodyOf(decode(body).reply([]))).toMatchObject({ accepted: 1, rejected: [{ line: 2, code }] });
  });

  it('are refused as a body that is broken, of nothing valid, or packed in an unknown way', () => {
    expect(refusalOf('{').code).toBe('no_valid_usage');
    expect(refusalOf('[{"kind":').code).toBe('no_valid_usage');
    expect(refusalOf('').status).toBe(400);
    expect(refusalOf(JSON.stringify(request), { 'content-encoding': 'lzma' }).status).toBe(415);
    expect(refusalOf('not gzip', { 'content-encoding': 'gzip' }).status).toBe(400);
  });

  it('never throw anything but a refusal, whatever they hold', () => {
    const anything = fc.record(
      Object.fromEntries(
        Object.keys(request).map((name) => [name, fc.oneof(fc.constant(request[name as 'id']), fc.jsonValue())]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (records) => {
        try {
          const batch = decode(JSON.stringify(records));
          expect(batch.records.length).toBeGreaterThan(0);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(WireRefusal);
        }
      }),
    );
  });
});
