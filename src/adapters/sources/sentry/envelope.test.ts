import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEnvelopeDsn } from './index.ts';
import { ARRIVAL, BOUNDS, decode, envelopeOf, refusalOf } from './sentry-fixtures.ts';

const ID = '9ec79c33ec9942ab8353589fcb2e04dc';
const EVENT = '{"message":"hello"}';

function bodiesOf(body: string): string[] {
  return decode(body).events.map(({ body: text }) => text);
}

describe('an envelope', () => {
  it('holds items with and without length, with and without a last line end', () => {
    for (const end of ['', '\n', '\n\n\n']) {
      expect(bodiesOf(`{}\n{"type":"event"}\n${EVENT}${end}`)).toEqual(['hello']);
      expect(bodiesOf(`{}\n{"type":"event","length":19}\n${EVENT}${end}`)).toEqual(['hello']);
    }
    expect(bodiesOf(`{}\r\n{"type":"event"}\r\n${EVENT}\r\n`)).toEqual(['hello']);
  });

  it('counts length in bytes, and lets a payload with a length span lines', () => {
    const pretty = '{\n "message":\n "größer"\n}';
    const header = JSON.stringify({ type: 'event', length: Buffer.byteLength(pretty) });
    expect(bodiesOf(`{}\n${header}\n${pretty}\n{"type":"event"}\n${EVENT}`)).toEqual(['größer', 'hello']);
  });

  it('may hold nothing: 200 and no id', () => {
    for (const body of ['{}', '{}\n', `{"event_id":"${ID}"}\n`]) {
      const batch = decode(body);
      expect(batch.reply([])).toMatchObject({ status: 200, body: '{}' });
      expect([batch.events, batch.records, batch.dropped]).toEqual([[], [], []]);
    }
  });

  it('may hold items of no bytes', () => {
    expect(decode('{}\n{"type":"attachment","length":0}\n').records).toHaveLength(1);
    expect(decode('{}\n{"type":"attachment","length":0}').records).toHaveLength(1);
    expect(decode('{}\n{"type":"attachment","length":0}\n\n{"type":"attachment","length":0}\n\n').records).toHaveLength(
      2,
    );
  });

  it('is refused when it is cut, or its lengths lie', () => {
    const broken: Record<string, string> = {
      'shorter than its length': `{}\n{"type":"event","length":20}\n${EVENT}`,
      'longer than its length': `{}\n{"type":"event","length":18}\n${EVENT}`,
      'not a whole number': `{}\n{"type":"event","length":-1}\n${EVENT}`,
      'envelope header is not a JSON object': `[]\n{"type":"event"}\n${EVENT}`,
      'item header is not a JSON object': `{}\nhello\n${EVENT}`,
      'item header is longer': `{}\n{"type":"${'x'.repeat(8_192)}"}\n${EVENT}`,
      'envelope header is longer': `{"dsn":"${'x'.repeat(8_192)}"}\n{"type":"event"}\n${EVENT}`,
    };
    for (const [detail, body] of Object.entries(broken)) {
      const refusal = refusalOf(() => decode(body));
      expect(refusal).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
      expect(refusal.headers['x-sentry-error']).toBe(refusal.detail);
    }
    expect(refusalOf(() => decode('')).status).toBe(400);
    expect(refusalOf(() => decode('\n')).status).toBe(400);
  });

  it('loses one item that is too large or no JSON, and keeps the others', () => {
    const large = JSON.stringify({ message: 'x'.repeat(1_048_576) });
    const batch = decode(
      envelopeOf({}, [{ type: 'event' }, large], [{ type: 'event' }, '{"message":'], [{ type: 'event' }, EVENT]),
    );
    expect(batch.events.map(({ body }) => body)).toEqual(['hello']);
    expect(batch.dropped).toEqual([
      { reason: 'too-large', category: 'error', quantity: 1 },
      { reason: 'invalid', category: 'error', quantity: 1 },
    ]);
  });

  it('counts what Guardian has no use for, by its category', () => {
    const batch = decode(
      envelopeOf(
        {},
        [{ type: 'span', item_count: 12, content_type: 'application/vnd.sentry.items.span.v2+json' }, '{"items":[]}'],
        [{ type: 'replay_recording', length: 3 }, 'abc'],
        [{ type: 'statsd' }, 'a:1|c'],
        [{ type: '__proto__' }, '{}'],
        [{}, '{}'],
      ),
    );
    expect(batch.dropped).toEqual([
      { reason: 'unsupported', category: 'span', quantity: 12 },
      { reason: 'unsupported', category: 'replay', quantity: 1 },
      { reason: 'unsupported', category: 'metric_bucket', quantity: 1 },
      { reason: 'unsupported', category: 'default', quantity: 2 },
    ]);
    expect(batch.reply([]).status).toBe(200);
  });

  it('takes as many items as the bound says and counts the rest', () => {
    const items = Array.from({ length: 12 }, (): [object, string] => [{ type: 'event' }, EVENT]);
    const batch = decode(envelopeOf({}, ...items), {}, { ...BOUNDS, items: 10 });
    expect(batch.events).toHaveLength(10);
    expect(batch.dropped).toEqual([{ reason: 'too-many', category: 'error', quantity: 2 }]);
  });

  it('names its event, with dashes or without; the event’s own id and then its content come after', () => {
    const own = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    const dashed = '9EC79C33-EC99-42AB-8353-589FCB2E04DC';
    const batch = decode(envelopeOf({ event_id: dashed }, [{ type: 'event' }, { event_id: own, message: 'hello' }]));
    expect(batch.events[0]?.id).toBe(ID);
    expect(batch.reply(['stored']).body).toBe(`{"id":"${ID}"}`);
    expect(decode(envelopeOf({}, [{ type: 'event' }, { event_id: own }])).events[0]?.id).toBe(own);
    const nameless = decode(envelopeOf({ event_id: 'no id' }, [{ type: 'event' }, EVENT]));
    expect(nameless.events[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(decode(envelopeOf({}, [{ type: 'event' }, EVENT])).events[0]?.id).toBe(nameless.events[0]?.id);
  });

  it('corrects the clock of its client from a minute on', () => {
    const timeOf = (sentAt: string) =>
      decode(envelopeOf({ sent_at: sentAt }, [{ type: 'event' }, { message: 'hello', timestamp: sentAt }])).events[0]
        ?.time;
    expect(timeOf('2026-03-14T09:26:00.000Z')).toBe(Date.UTC(2026, 2, 14, 9, 26, 0));
    expect(timeOf('2026-03-14T08:26:53.589Z')).toBe(ARRIVAL);
    expect(timeOf('2026-03-15T11:00:00.000Z')).toBe(ARRIVAL);
  });

  it('comes packed, and a bomb is 413', () => {
    const body = Buffer.from(envelopeOf({}, [{ type: 'event' }, EVENT]));
    for (const [encoding, packed] of [
      ['gzip', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['zstd', zstdCompressSync(body)],
    ] as const) {
      expect(decode(packed, { headers: { 'content-encoding': encoding } }).events).toHaveLength(1);
    }
    const bomb = gzipSync(Buffer.alloc(4_000_000, 32));
    const bounds = { ...BOUNDS, inflatedBytes: 1_000_000 };
    expect(refusalOf(() => decode(bomb, { headers: { 'content-encoding': 'gzip' } }, bounds))).toMatchObject({
      status: 413,
      detail: 'payload too large',
    });
    expect(refusalOf(() => decode(body, { headers: { 'content-encoding': 'gzip' } })).status).toBe(400);
    expect(refusalOf(() => decode(body, { headers: { 'content-encoding': 'lzma' } })).status).toBe(400);
  });
});

describe('the time a client claims', () => {
  const claimed = (timestamp: unknown, receivedAt: number) => {
    const header = { sent_at: '2026-03-14T09:26:53.000Z' };
    const { events, claimedTimes } = decode(envelopeOf(header, [{ type: 'event' }, { message: 'x', timestamp }]), {
      receivedAt,
    });
    return claimedTimes?.get(events[0]?.id ?? '') ?? events[0]?.time;
  };

  it('is the same when the same bytes come again, whatever the clocks say', () => {
    const timestamp = '2026-03-14T09:26:50.000Z';
    for (const later of [0, 5_000, 300_000]) expect(claimed(timestamp, ARRIVAL + later)).toBe(Date.parse(timestamp));
    for (const later of [0, 5_000, 300_000]) expect(claimed(undefined, ARRIVAL + later)).toBe(0);
  });
});

describe('the DSN in an envelope’s header', () => {
  const key = '0123456789abcdef0123456789abcdef';
  const withDsn = (dsn: unknown) => Buffer.from(envelopeOf({ dsn }, [{ type: 'event' }, EVENT]));

  it('tells key and project, under a prefix and with an old secret too', () => {
    for (const dsn of [`https://${key}@guardian.example/7`, `http://${key}:old@[::1]:8080/a/b/7`]) {
      expect(readEnvelopeDsn(withDsn(dsn), null)).toEqual({ key, project: '7' });
      expect(readEnvelopeDsn(gzipSync(withDsn(dsn)), 'gzip')).toEqual({ key, project: '7' });
    }
  });

  it('is read where the rest is cut or a bomb', () => {
    const head = `${JSON.stringify({ dsn: `https://${key}@guardian.example/7` })}\n`;
    const bomb = gzipSync(Buffer.concat([Buffer.from(head), Buffer.alloc(200_000_000)]));
    expect(readEnvelopeDsn(bomb.subarray(0, bomb.length - 50), 'gzip')).toEqual({ key, project: '7' });
  });

  it('is none in anything else', () => {
    const others = [
      null,
      7,
      'guardian',
      `https://${key}@guardian.example/shop`,
      `https://guardian.example/7`,
      'x'.repeat(3_000),
    ];
    for (const dsn of others) expect(readEnvelopeDsn(withDsn(dsn), null)).toBeNull();
    expect(readEnvelopeDsn(Buffer.from('no envelope'), 'gzip')).toBeNull();
    expect(readEnvelopeDsn(new Uint8Array(), null)).toBeNull();
    expect(readEnvelopeDsn(Buffer.alloc(100_000, 97), null)).toBeNull();
    expect(readEnvelopeDsn(withDsn(`https://${key}@h/7`), 'lzma')).toBeNull();
  });
});
