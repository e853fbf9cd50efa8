import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireBatch, WireBounds, WireRequest } from '../../../core/ingest/ports.ts';
import { entryOf, NOON } from './entry-fixtures.ts';
import { cloudLoggingPush } from './push.ts';
import { readCloudLoggingExport } from './read-export.ts';

const BOUNDS: WireBounds = {
  inflatedBytes: 100 * 1024 * 1024,
  itemBytes: 100 * 1024 * 1024,
  attachmentBytes: 0,
  items: 10_000,
};

function decode(body: unknown, headers: Record<string, string> = {}, bounds: Partial<WireBounds> = {}): WireBatch {
  const request: WireRequest = {
    format: 'cloud-logging-push',
    method: 'POST',
    path: '/',
    query: {},
    headers,
    body: body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    project: { id: 1, slug: 'shop' },
    trust: 'server',
    receivedAt: NOON + 1_000,
  };
  return cloudLoggingPush.decode(request, { ...BOUNDS, ...bounds });
}

function wrapped(data: unknown): Record<string, unknown> {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return {
    message: {
      data: Buffer.from(text).toString('base64'),
      attributes: { 'logging.googleapis.com/timestamp': '2026-02-10T12:00:00Z' },
      messageId: '136969346945',
      publishTime: '2026-02-10T12:00:01Z',
    },
    subscription: 'projects/p1/subscriptions/guardian',
  };
}

function expectDropped(batch: WireBatch, reason: string): void {
  expect(batch.events).toEqual([]);
  expect(batch.dropped).toEqual([{ reason, category: 'log_item', quantity: 1 }]);
  expect(batch.reply([])).toEqual({ status: 204, headers: {}, body: '' });
}

describe('a push of Pub/Sub', () => {
  it('is the log entry it wraps, or is', () => {
    const entry = entryOf({ severity: 'ERROR', textPayload: 'payment failed' });
    for (const body of [wrapped(entry), entry]) {
      const batch = decode(body);
      expect(batch.events).toMatchObject([
        {
          body: 'payment failed',
          severityNumber: 17,
          service: 'basket',
          revision: 'basket-00007-xyz',
          instance: 'instance-1',
          observedTime: NOON + 1_000,
          source: { kind: 'cloud-logging', name: 'projects/p1', position: entry.insertId },
          truncated: false,
        },
      ]);
      expect(batch.dropped).toEqual([]);
      expect(batch.reply(['stored'])).toEqual({ status: 204, headers: {}, body: '' });
      expect(batch.reply(['duplicate']).status).toBe(204);
    }
  });

  it('has the id that the entry has when it is read elsewhere, so that repeats are one', async () => {
    const entry = entryOf({ severity: 'ERROR', textPayload: 'payment failed' });
    const bytes = Buffer.from(JSON.stringify([entry]));
    const events = [];
    for await (const batch of readCloudLoggingExport(
      (async function* () {
        yield bytes;
      })(),
    ))
      events.push(...batch.events);
    expect(events).toHaveLength(1);
    expect(decode(wrapped(entry)).events[0]?.id).toBe(events[0]!.id);
    expect(decode(wrapped(entry)).events[0]?.id).toBe(decode(entry).events[0]?.id);
    expect(decode(wrapped({ ...entry, insertId: 'other' })).events[0]?.id).not.toBe(events[0]!.id);
  });

  it('has one id when it is delivered again without an insertId and a time', () => {
    const { insertId: _, timestamp: __, ...entry } = entryOf({ textPayload: 'hello' });
    const batches = [decode(wrapped(entry)), decode(wrapped(entry))];
    const [first, again] = batches.map(({ events }) => events[0]);
    for (const { claimedTimes } of batches) expect([...(claimedTimes ?? [])]).toEqual([[first?.id, 0]]);
    expect(decode(wrapped(entryOf())).claimedTimes?.size).toBe(0);
    expect(first?.id).toBe(again?.id);
    expect(first?.source.position).toBe('136969346945');
  });

  it('tells that a part of a split entry is not the whole', () => {
    const split = { uid: 'u', index: 0, totalSplits: 2 };
    expect(decode(wrapped(entryOf({ textPayload: 'first half', split }))).events[0]?.truncated).toBe(true);
  });

  it('is read packed', () => {
    const body = gzipSync(JSON.stringify(wrapped(entryOf({ textPayload: 'packed' }))));
    expect(decode(body, { 'content-encoding': 'gzip' }).events[0]?.body).toBe('packed');
  });
});

describe('what is no log entry', () => {
  it('is acknowledged and counted, or Pub/Sub would bring it for days', () => {
    const unreadable = [
      '',
      'hello',
      '[]',
      'null',
      '{}',
      '{"message":{}}',
      '{"message":{"data":7}}',
      '{"message":{"data":"%%%"}}',
      wrapped('no json'),
      wrapped([entryOf()]),
      wrapped({ order: 7 }),
      { order: 7 },
    ];
    for (const body of unreadable) expectDropped(decode(body), 'invalid');
    expectDropped(decode('no gzip', { 'content-encoding': 'gzip' }), 'invalid');
    expectDropped(decode('{}', { 'content-encoding': 'lzw' }), 'unsupported');
  });

  it('is counted as too large above 10 MB', () => {
    const large = entryOf({ textPayload: 'x'.repeat(10_000_000) });
    expectDropped(decode(wrapped(large)), 'too-large');
    expectDropped(decode(Buffer.alloc(14_000_000, 0x20)), 'too-large');
    expectDropped(decode(gzipSync(Buffer.alloc(50_000_000, 0x20)), { 'content-encoding': 'gzip' }), 'too-large');
    expectDropped(decode(wrapped(entryOf({ textPayload: 'x'.repeat(2_000) })), {}, { itemBytes: 1_000 }), 'too-large');
    expect(decode(wrapped(entryOf({ textPayload: 'x'.repeat(9_000_000) }))).events).toHaveLength(1);
  });

  it('cannot nest without end', () => {
    const deep = `{"logName":"a","jsonPayload":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
    expectDropped(decode(deep), 'invalid');
    expectDropped(decode(wrapped(deep)), 'invalid');
  });

  it('never makes the reader throw', () => {
    const members = [
      'logName',
      'insertId',
      'timestamp',
      'resource',
      'labels',
      'httpRequest',
      'severity',
      'trace',
      'split',
    ];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...members), fc.jsonValue(), (payload, name, value) => {
        for (const body of [
          { jsonPayload: payload, [name]: value },
          { textPayload: payload, [name]: value },
          payload,
        ]) {
          for (const sent of [body, wrapped(body ?? null), { message: body }]) {
            const batch = decode(JSON.stringify(sent));
            expect(batch.events.length + batch.dropped.length).toBe(1);
            expect(batch.reply([]).status).toBe(204);
          }
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decode(bytes);
        decode(bytes, { 'content-encoding': 'gzip' });
        decode({ message: { data: Buffer.from(bytes).toString('base64') } });
      }),
    );
  });
});
