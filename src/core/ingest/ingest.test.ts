import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { openSpoolFile, type SpoolFile } from '../../adapters/store/spool-file.ts';
import { wireFormats } from '../../app/wire-formats.ts';
import { createEventPipeline, createFrameOrigin, createRedactor, type EventQuery } from '../events/index.ts';
import { createStandingJudge, serializeForFold } from '../issues/index.ts';
import { GuardianError } from '../shared/index.ts';
import { createIngest, type Ingest } from './ingest.ts';
import type { IngestOptions } from './options.ts';
import type { AppendBatch, EventAppender, WireFormatName, WireReply, WireRequest } from './ports.ts';

const NOW = Date.UTC(2025, 9, 20, 3, 18, 28, 648);
const DAY_MS = 86_400_000;
const clock = { now: () => NOW };
const BOUNDS = { inflatedBytes: 1e8, itemBytes: 1e6, attachmentBytes: 2e7, items: 50_000 };
const EVERYTHING: EventQuery = {
  words: [],
  fields: [],
  minimumSeverity: null,
  projectId: null,
  from: null,
  to: null,
  cursor: null,
  limit: 100,
  order: 'oldest',
};

let stores: OpenedStores;
let failures: string[];
let folder: string;

beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock });
  folder = mkdtempSync(join(tmpdir(), 'guardian-spool-'));
  failures = [];
});

afterEach(async () => {
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<IngestOptions> = {}): Ingest {
  const redactor = createRedactor();
  return createIngest({
    formats: wireFormats(),
    pipeline: createEventPipeline({ clock, redactor }),
    redactor,
    appender: stores.ingest.events,
    spool: null,
    standingOf: createStandingJudge({ latencyMs: 3_000 }),
    frameOrigin: createFrameOrigin(),
    bounds: BOUNDS,
    retentionMs: 30 * DAY_MS,
    clock,
    onFailure: (error, format) => failures.push(`${format}: ${error.message}`),
    ...options,
  });
}

function request(format: WireFormatName, body: string | object[], fields: Partial<WireRequest> = {}): WireRequest {
  const text = typeof body === 'string' ? body : body.map((line) => JSON.stringify(line)).join('\n');
  return {
    format,
    method: 'POST',
    path: '',
    query: {},
    headers: {},
    body: Buffer.from(text),
    project: { id: stores.projectIds[0], slug: 'shop' },
    trust: 'server',
    receivedAt: NOW,
    ...fields,
  };
}

const native = (...events: object[]) => request('native', events);
const bulk = (...lines: object[]) =>
  request('elastic-bulk', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`, { path: '/app/_bulk' });
const hello = (fields: object = {}) => ({
  time: '2025-10-20T03:18:20Z',
  severity: 'info',
  message: 'hello',
  ...fields,
});
const desk = () => ({ project: { id: stores.projectIds[1], slug: 'desk' } });
const jsonOf = ({ body }: WireReply) => JSON.parse(String(body)) as Record<string, unknown>;
const send = async (ingest: Ingest, ...requests: WireRequest[]) => ingest.store(ingest.decode(requests));
const kept = async () => (await stores.main.index.search(EVERYTHING)).events.map(({ event }) => event);
/** A store that is away, or refuses, until it is told otherwise; then it is the real one. */
function failing(error: GuardianError | null): EventAppender & { error: GuardianError | null; batches: AppendBatch[] } {
  const appender = {
    error,
    batches: [] as AppendBatch[],
    async append(batch: AppendBatch) {
      appender.batches.push(batch);
      if (appender.error) throw appender.error;
      return stores.ingest.events.append(batch);
    },
  };
  return appender;
}

describe('a request', () => {
  it('is answered in its own protocol once its events are in the store', async () => {
    const [reply] = await send(open(), native(hello({ id: 'a', service: 'cart' }), hello({ id: 'b' })));
    expect([reply!.status, jsonOf(reply!)]).toEqual([200, { accepted: 2, duplicate: 0, rejected: [] }]);
    expect((await kept()).map(({ id, service }) => [id, service])).toEqual([
      ['a', 'cart'],
      ['b', 'shop'],
    ]);
  });

  it('that is sent again, or twice in one transaction, changes nothing and says so', async () => {
    const ingest = open();
    const replies = await send(ingest, native(hello({ id: 'a' }), hello({ id: 'a' })), native(hello({ id: 'a' })));
    replies.push(...(await send(ingest, native(hello({ id: 'a' }), hello({ id: 'b' })))));
    expect(replies.map(jsonOf)).toEqual([
      { accepted: 1, duplicate: 1, rejected: [] },
      { accepted: 0, duplicate: 1, rejected: [] },
      { accepted: 1, duplicate: 1, rejected: [] },
    ]);
    expect(await kept()).toHaveLength(2);
    expect(ingest.counts).toEqual({ accepted: 2, duplicates: 3, refused: 0 });
  });

  it('is told of each of its items, the lines of one trace sharing what became of it', async () => {
    const lines = ['Traceback (most recent call last):', '  File "/app/cart.py", line 7, in total', "KeyError: 'tea'"];
    const items = (id: string) =>
      lines.flatMap((message, index) => [
        { create: { _index: 'app', _id: `${id}-${index}` } },
        { '@timestamp': '2025-10-20T03:18:20Z', message },
      ]);
    const ingest = open();
    const statusesOf = (reply: WireReply) =>
      (jsonOf(reply).items as { create: { status: number } }[]).map(({ create }) => create.status);
    const [first] = await send(ingest, bulk(...items('t')));
    expect(statusesOf(first!)).toEqual([201, 201, 201]);
    const [again] = await send(
      ingest,
      bulk(...items('t'), { create: { _index: 'app', _id: 'n' } }, { message: 'new' }),
    );
    expect(statusesOf(again!)).toEqual([409, 409, 409, 201]);
    const events = await kept();
    expect(events.map(({ entries, exceptions }) => [entries, exceptions[0]?.type ?? null])).toEqual([
      [3, 'KeyError'],
      [1, null],
    ]);
  });

  it('keeps its events apart from those of another project in the same transaction, whatever lines they are', async () => {
    const begun = bulk({ create: {} }, { message: 'Traceback (most recent call last):' });
    const other = { ...bulk({ create: {} }, { message: '  File "/app/cart.py", line 7, in total' }), ...desk() };
    await send(open(), begun, other);
    const { events } = await stores.main.index.search(EVERYTHING);
    expect(events.map(({ projectId, event }) => [projectId, event.body])).toEqual([
      [stores.projectIds[0], 'Traceback (most recent call last):'],
      [stores.projectIds[1], '  File "/app/cart.py", line 7, in total'],
    ]);
  });

  it('that nothing can be read of is refused alone, and what it dropped is counted', async () => {
    const ingest = open();
    const replies = await send(
      ingest,
      native(hello()),
      request('native', 'no json'),
      request('otlp-logs', '{', {
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 400, 400]);
    expect(ingest.counts).toEqual({ accepted: 1, duplicates: 0, refused: 2 });
    const dropped = await stores.main.activity.dropped(NOW - DAY_MS);
    expect(dropped.map(({ source }) => source).sort()).toContain('native');
    expect(failures).toEqual([]);
  });

  it('whose format fails unforeseen is answered and told, and leaves no line behind for the next one', async () => {
    const formats = wireFormats();
    const pipeline = createEventPipeline({ clock });
    let isBroken = true;
    const ingest = open({
      formats,
      pipeline: {
        ...pipeline,
        push(events) {
          const out = pipeline.push(events);
          if (isBroken) throw new RangeError('Maximum call stack size exceeded');
          return out;
        },
      },
    });
    const held = bulk({ create: {} }, { message: 'Traceback (most recent call last):' });
    const [failed] = await send(ingest, held);
    isBroken = false;
    const [next] = await send(ingest, { ...native(hello()), ...desk() });
    expect([failed!.status, next!.status]).toEqual([500, 200]);
    expect(failures).toEqual(['elastic-bulk: internal: Maximum call stack size exceeded']);
    expect((await kept()).map(({ body }) => body)).toEqual(['hello']);
    expect(await stores.main.activity.dropped(NOW - DAY_MS)).toEqual([
      { projectId: stores.projectIds[0], source: 'elastic-bulk', reason: 'failed', category: 'request', quantity: 1 },
    ]);
  });

  it('whose reply cannot be made was stored all the same, and ends nothing', async () => {
    const formats = wireFormats();
    const broken = formats.native;
    formats.native = {
      decode: (given, bounds) => ({
        ...broken.decode(given, bounds),
        reply() {
          throw new Error('no reply');
        },
      }),
    };
    const [reply] = await send(open({ formats }), native(hello()));
    expect([reply!.status, failures, (await kept()).length]).toEqual([200, ['native: internal: no reply'], 1]);
  });

  it('of a format nobody knows is refused', async () => {
    const [reply] = await send(open(), request('carrier-pigeon' as WireFormatName, 'coo'));
    expect([reply!.status, failures.length]).toEqual([500, 1]);
  });
});

describe('what is stored', () => {
  it('holds no secret, wherever in the event it stood', async () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc';
    await send(open(), native(hello({ message: `key ${secret}`, attributes: { authorization: `Bearer ${secret}` } })));
    expect(JSON.stringify(await kept())).not.toContain(secret);
  });

  it('counts what is older than the retention by the time it came', async () => {
    await send(open(), native(hello({ id: 'old', time: '2025-09-01T00:00:00Z' }), hello({ id: 'young' })));
    const events = new Map((await kept()).map((event) => [event.id, event]));
    expect([events.get('old')!.timeSuspect, events.get('young')!.timeSuspect]).toEqual([true, false]);
    expect((await stores.main.index.search({ ...EVERYTHING, from: NOW - DAY_MS, to: NOW + 1 })).events).toHaveLength(2);
  });

  it('is recognised as a repeat though its claimed time was not believed', async () => {
    const ingest = open();
    const old = native(hello({ id: 'old', time: '2025-09-01T00:00:00Z' }));
    await send(ingest, old);
    const [reply] = await send(ingest, { ...old, receivedAt: NOW + 60_000 });
    expect(jsonOf(reply!)).toMatchObject({ accepted: 0, duplicate: 1 });
  });
});

describe('attachments', () => {
  const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
  const envelope = (type: string, content: string) => {
    const header = { type: 'attachment', length: Buffer.byteLength(content), filename: 'a.log', content_type: type };
    const eventId = { event_id: '9ec79c33ec9942ab8353589fcb2e04dc' };
    return request('sentry-envelope', `${JSON.stringify(eventId)}\n${JSON.stringify(header)}\n${content}\n`);
  };
  const recordsOf = async (ingest: Ingest, given: WireRequest) => ingest.decode([given])[0]!.records;

  it('keep their text, redacted, and are stored with the request', async () => {
    const ingest = open();
    const [record] = await recordsOf(ingest, envelope('text/plain', `token=${secret} then more`));
    expect(record!.kind).toBe('attachment');
    expect(String(record!.payload.text)).toContain('then more');
    expect(JSON.stringify(record)).not.toContain(secret);
    const [reply] = await send(ingest, envelope('text/plain', 'x'));
    expect(reply!.status).toBe(200);
    const rows = await stores.main.kysely.selectFrom('client_record').select(['kind', 'payload']).execute();
    expect(rows.map(({ kind }) => kind)).toEqual(['attachment']);
  });

  it('that are no text are kept by what they were, not by what they held', async () => {
    const [record] = await recordsOf(open(), envelope('image/png', `PNG ${secret}`));
    expect(record!.payload).toMatchObject({ contentType: 'image/png' });
    expect(Object.keys(record!.payload)).not.toContain('content');
    expect(JSON.stringify(record)).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20));
  });

  it('are cut behind the redaction: a secret across the cut shows nothing of itself', async () => {
    const before = 'line of a log\n'.repeat(18_724);
    const text = `${before}${secret}${' tail'.repeat(100)}`;
    expect(before.length).toBeLessThan(262_144);
    expect(before.length + secret.length).toBeGreaterThan(262_144);
    const [record] = await recordsOf(open(), envelope('text/plain', text));
    expect(String(record!.payload.text).length).toBeLessThanOrEqual(262_144);
    expect(String(record!.payload.text)).not.toContain(secret.slice(0, 8));
  });
});

describe('a store that is away', () => {
  const away = () => new GuardianError('store_unavailable', { reason: 'disk I/O error' });

  it('has its batches in the spool, which are answered with success and drained in order', async () => {
    const spool: SpoolFile = openSpoolFile({ folder, maxBytes: 1e7 });
    const appender = failing(away());
    const ingest = open({ appender, spool });
    const replies = [
      ...(await send(ingest, native(hello({ id: 'a' })), native(hello({ id: 'b' })))),
      ...(await send(ingest, native(hello({ id: 'c' })))),
    ];
    expect(replies.map(jsonOf)).toEqual(Array(3).fill({ accepted: 1, duplicate: 0, rejected: [] }));
    expect([spool.waitingEvents, readdirSync(folder).sort()]).toEqual([3, ['00000001.json', '00000002.json']]);
    await expect(spool.drain(appender)).rejects.toThrow('disk I/O error');
    expect(spool.waitingEvents).toBe(3);
    appender.error = null;
    appender.batches = [];
    expect(await spool.drain(appender)).toBe(3);
    expect(appender.batches.map(({ events }) => events.map(({ event }) => event.id))).toEqual([['a', 'b'], ['c']]);
    expect((await kept()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect([spool.waitingEvents, readdirSync(folder)]).toEqual([0, []]);
  });

  it('has nothing unredacted in the spool', async () => {
    const ingest = open({ appender: failing(away()), spool: openSpoolFile({ folder, maxBytes: 1e7 }) });
    await send(ingest, native(hello({ message: 'password=hunter2-hunter2' })));
    const text = readFileSync(join(folder, '00000001.json'), 'utf8');
    expect(text).toContain('password=');
    expect(text).not.toContain('hunter2');
  });

  it.each([
    ['without a spool', () => null],
    ['with a spool that is full', () => openSpoolFile({ folder, maxBytes: 10 })],
  ])('asks clients to come again %s', async (_, spool) => {
    for (const code of ['store_unavailable', 'store_full', 'store_read_only'] as const) {
      const ingest = open({ appender: failing(new GuardianError(code)), spool: spool() });
      const replies = await send(ingest, native(hello()), request('native', 'no json'));
      expect(replies.map(({ status }) => status)).toEqual([503, 400]);
      expect(Number(replies[0]!.headers['retry-after'])).toBeGreaterThan(0);
      expect(ingest.counts).toEqual({ accepted: 0, duplicates: 0, refused: 2 });
    }
    expect(await kept()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a store that refuses one event for good', () => {
  it('takes those of the other requests, and spools nothing it would refuse again', async () => {
    const spool = openSpoolFile({ folder, maxBytes: 1e7 });
    const ingest = open({
      spool,
      appender: {
        async append(batch) {
          if (batch.events.some(({ event }) => event.id === 'poison'))
            throw new GuardianError('payload_invalid', { reason: 'invalid byte sequence' });
          return stores.ingest.events.append(batch);
        },
      },
    });
    const replies = await send(
      ingest,
      native(hello({ id: 'a' })),
      native(hello({ id: 'poison' })),
      native(hello({ id: 'b' })),
    );
    expect(replies.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect((await kept()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect([spool.waitingEvents, ingest.counts]).toEqual([0, { accepted: 2, duplicates: 0, refused: 1 }]);
  });
});

describe('an event that was packed as soon as it was decoded', () => {
  const rich = (id: string) =>
    hello({
      id,
      severity: 'error',
      exception: { type: 'Fault', message: 'no price', stack: 'Fault: no price\n    at price (/app/src/price.ts:7:3)' },
      attributes: { order: { id: 7 } },
      user: { id: 'u1' },
    });
  const withoutPacking = (): EventAppender => ({ append: (batch) => stores.ingest.events.append(batch) });

  it('is stored and queued as one that was not, its stack included', async () => {
    await send(open({ queuedForm: serializeForFold }), native(rich('packed')));
    await send(open(), native(rich('packed without its queued form')));
    await send(open({ appender: withoutPacking() }), native(rich('whole')));
    const [packed, unqueued, whole] = await kept();
    expect(whole!.exceptions[0]!.frames).toHaveLength(1);
    expect(packed).toEqual({ ...whole!, id: 'packed' });
    expect(unqueued).toEqual({ ...whole!, id: 'packed without its queued form' });
    const queued = await stores.ingest.fold.queued(0, 10);
    expect(queued.map(({ event }) => event.replace(/^\["[^"]*"/, '["id"'))).toEqual([
      serializeForFold({ ...whole!, id: 'id' }),
      serializeForFold({ ...whole!, id: 'id' }),
      serializeForFold({ ...whole!, id: 'id' }),
    ]);
  });

  it('goes through the spool whole', async () => {
    const spool = openSpoolFile({ folder, maxBytes: 1e7 });
    const away: EventAppender = {
      ...stores.ingest.events,
      append: () => Promise.reject(new GuardianError('store_unavailable')),
    };
    await send(open({ appender: away, spool, queuedForm: serializeForFold }), native(rich('spooled')));
    expect(readFileSync(join(folder, '00000001.json'), 'utf8')).not.toMatch(/"(?:packed|queued)":/);
    await spool.drain(stores.ingest.events);
    await send(open({ appender: withoutPacking() }), native(rich('whole')));
    const [spooled, whole] = await kept();
    expect(spooled).toEqual({ ...whole!, id: 'spooled' });
  });
});
