import { beforeAll, describe, expect, it } from 'vitest';
import { readEnvelopeDsn, sentryEnvelope } from '../../../src/adapters/sources/sentry/index.ts';
import { BOUNDS } from '../../../src/adapters/sources/sentry/sentry-fixtures.ts';
import type { Event } from '../../../src/core/events/index.ts';
import type { ClientRecord, DroppedItems } from '../../../src/core/ingest/ports.ts';
import type { BrowserClientArguments } from './sentry-browser-client.ts';
import type { NodeSdk } from './sentry-node-client.ts';
import { PUBLIC_KEY, type RecordedRequests, recordClient } from './sentry-requests.ts';

interface Decoded extends RecordedRequests {
  events: Event[];
  records: ClientRecord[];
  dropped: DroppedItems[];
}

async function decodeClient(script: string, args: readonly string[]): Promise<Decoded> {
  const recorded = await recordClient(script, args);
  const batches = recorded.requests.map((request) => sentryEnvelope.decode(request, BOUNDS));
  return {
    ...recorded,
    events: batches.flatMap(({ events }) => events),
    records: batches.flatMap(({ records }) => records),
    dropped: batches.flatMap(({ dropped }) => dropped),
  };
}

const NODE_SDKS: NodeSdk[] = ['sentry-node-9', 'sentry-node-10'];

for (const sdk of NODE_SDKS) {
  describe(`the real Node SDK, ${sdk}`, () => {
    let sent: Decoded;
    const eventNamed = (text: string) => sent.events.find(({ body }) => body.includes(text));

    beforeAll(async () => {
      sent = await decodeClient('sentry-node-client.ts', [sdk]);
    });

    it('understands everything it sends, and leaves nothing out', () => {
      expect(sent.dropped).toEqual([]);
      expect(sent.events.map(({ body }) => body).sort()).toEqual([
        'AggregateError: all replicas failed',
        'Error: checkout failed',
        'Error: import failed',
        'article 4711 is sold out',
        'payment provider answers slowly',
        'stock is low',
      ]);
      expect(sent.records.map(({ kind }) => kind).sort()).toEqual([
        'check-in',
        'check-in',
        'feedback',
        'session',
        'session',
        'transaction',
      ]);
    });

    it('reads a chain from the raised exception to its cause, crash first, with code lines', () => {
      const event = eventNamed('checkout failed');
      expect(event?.exceptions).toMatchObject([
        { type: 'Error', message: 'checkout failed', relation: 'raised', handled: true, language: 'node' },
        { type: 'TypeError', message: 'cannot charge -5', relation: 'cause', handled: true, language: 'node' },
      ]);
      expect(event?.exceptions[1]?.frames[0]).toMatchObject({
        function: 'chargeCard',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of the script, as it stands there
        code: '  throw new TypeError(`cannot charge ${amount}`);',
        inApp: true,
      });
      expect(event?.exceptions[1]?.frames[0]?.file).toMatch(/sentry-node-client\.ts$/);
      expect(event?.exceptions[0]?.frames[0]?.function).toBe('checkOut');
    });

    it('keeps who, where, when and what led to it', () => {
      const event = eventNamed('checkout failed');
      expect(event).toMatchObject({
        environment: 'staging',
        revision: 'shop@1.4.2',
        instance: 'web-1',
        service: null,
        severityNumber: 17,
        user: { id: 'u-17', name: 'ada' },
        breadcrumbs: [{ category: 'cart', message: 'three articles', level: 'info' }],
        attributes: {
          region: 'eu-west-3',
          cart: { size: 3 },
          'sentry.fingerprint': ['{{ default }}', 'eu'],
          'telemetry.sdk.name': 'sentry.javascript.node',
        },
        trust: 'server',
        timeSuspect: false,
      });
      expect(event?.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(event?.time).toBeGreaterThanOrEqual(sent.from);
      expect(event?.time).toBeLessThanOrEqual(sent.to);
    });

    it('hangs the members of an AggregateError below it', () => {
      expect(eventNamed('all replicas failed')?.exceptions).toMatchObject([
        { type: 'AggregateError', relation: 'raised', parent: null },
        { type: 'RangeError', message: 'first', relation: 'member', parent: 0 },
        { type: 'Error', message: 'second', relation: 'member', parent: 0 },
      ]);
    });

    it('takes a message of a warning for no exception, though its stack came with it', () => {
      expect(eventNamed('stock is low')).toMatchObject({ severityNumber: 13, exceptions: [], template: null });
      expect(eventNamed('sold out')).toMatchObject({
        severityNumber: 17,
        template: 'article %s is sold out',
        exceptions: [{ type: null, message: 'article 4711 is sold out' }],
      });
    });

    it('reads a log with its attributes', () => {
      expect(eventNamed('answers slowly')).toMatchObject({
        severityNumber: 17,
        severityText: 'error',
        environment: 'staging',
        revision: 'shop@1.4.2',
        instance: 'web-1',
        user: { id: 'u-17', name: 'ada' },
        attributes: { provider: 'acme', tookMs: 900 },
        exceptions: [],
      });
    });

    it('packs what is long, and is unpacked', () => {
      const packed = sent.requests.filter(({ headers }) => headers['content-encoding'] === 'gzip');
      expect(packed).toHaveLength(1);
      expect(eventNamed('import failed')?.payload).toMatchObject({ extra: { row: 'Zürich '.repeat(8_000) } });
    });

    it('keeps the run of a job, the sessions, the feedback and the transaction', () => {
      const ofKind = (kind: ClientRecord['kind']) => sent.records.filter((record) => record.kind === kind);
      const [started, ended] = ofKind('check-in');
      expect(started?.payload).toMatchObject({
        monitor: 'nightly-import',
        status: 'in_progress',
        config: { schedule: { type: 'crontab', value: '0 3 * * *' }, timeZone: 'Europe/Paris', maxRuntimeMinutes: 30 },
      });
      expect(ended?.payload).toMatchObject({ status: 'ok', durationMs: 12_500 });
      expect(ended?.payload.checkInId).toBe(started?.payload.checkInId);
      expect(ended?.id).not.toBe(started?.id);
      expect(ofKind('session').every(({ payload }) => payload.release === 'shop@1.4.2')).toBe(true);
      expect(new Set(ofKind('session').map(({ id }) => id)).size).toBe(2);
      expect(ofKind('feedback')[0]?.payload).toMatchObject({ message: 'the button does nothing', name: 'Ada' });
      expect(ofKind('transaction')[0]?.payload).toMatchObject({ transaction: 'GET /carts/:id', op: 'http.server' });
    });

    it('answers with the id the SDK gave', () => {
      for (const request of sent.requests) {
        const batch = sentryEnvelope.decode(request, BOUNDS);
        const reply = batch.reply(batch.events.map(() => 'stored'));
        expect(reply.status).toBe(200);
        if (batch.events[0]?.exceptions.length)
          expect(JSON.parse(String(reply.body))).toEqual({ id: batch.events[0].id });
      }
    });

    it('gives the same ids when the same bytes come again', () => {
      const again = sent.requests.flatMap((request) => {
        const { events, records } = sentryEnvelope.decode(
          { ...request, receivedAt: request.receivedAt + 5_000 },
          BOUNDS,
        );
        return [...events, ...records].map(({ id }) => id);
      });
      expect(again.sort()).toEqual([...sent.events, ...sent.records].map(({ id }) => id).sort());
    });
  });
}

describe('the real browser SDK', () => {
  it('is anybody’s word: its events are public, its frames a browser’s', async () => {
    const { events, dropped, requests } = await decodeClient('sentry-browser-client.ts', []);
    expect(dropped).toEqual([]);
    expect(events).toMatchObject([
      {
        body: "TypeError: Cannot read properties of undefined (reading 'total')",
        trust: 'public',
        environment: 'production',
        revision: 'shop-front@2.0.0',
        user: { id: 'visitor-3' },
        attributes: { page: 'cart' },
        breadcrumbs: [{ category: 'ui.click', message: 'button#pay' }],
      },
    ]);
    expect(events[0]?.exceptions).toMatchObject([
      {
        language: 'browser',
        frames: [
          { function: 'renderCart', file: 'https://shop.example/assets/cart-3f2a9c1b.js', line: 2, column: 1841 },
          { function: 'HTMLButtonElement.<anonymous>', line: 1, column: 20412 },
        ],
      },
    ]);
    expect(requests[0]?.query.sentry_key).toBe(PUBLIC_KEY);
  });

  it('names its project in the header when it goes through a tunnel', async () => {
    const tunnelled: BrowserClientArguments = ['--tunnel'];
    const { requests } = await recordClient('sentry-browser-client.ts', tunnelled);
    expect(requests[0]?.query.sentry_key).toBeUndefined();
    expect(readEnvelopeDsn(requests[0]?.body ?? new Uint8Array(), null)).toEqual({
      key: PUBLIC_KEY,
      project: '7',
    });
  });
});
