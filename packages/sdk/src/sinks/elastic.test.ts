import { describe, expect, test } from 'vitest';
import { balance, entries, entry, freshFolder, open, total } from '../delivery/delivery-fixtures.ts';
import type { Entry } from '../record.ts';
import { elasticSink } from './elastic.ts';
import { type IndexProduct, PRODUCTS, startIndex } from './index-fixtures.ts';
import type { Sink } from './sink.ts';

const soon = () => new AbortController().signal;
const ES8 = PRODUCTS.find(({ name }) => name === 'Elasticsearch 8') as IndexProduct;
let made = 0;

function record(attributes: Record<string, unknown>, more: Record<string, unknown> = {}): Entry {
  const id = `doc-${++made}`;
  const line = JSON.stringify({
    id,
    time: '2026-11-21T23:59:59.999Z',
    severity: 'info',
    message: 'order paid',
    logger: 'shop.payments',
    service: 'shop',
    ...more,
    attributes: { category: 'system', sequence: made, ...attributes },
  });
  return entry({ id, line });
}

async function sendTo(sink: Sink, batch: readonly Entry[]) {
  const outcome = await sink.send(batch, soon());
  if (outcome.kind !== 'answered') throw new Error(JSON.stringify(outcome));
  return outcome.outcomes.map(({ kind }) => kind);
}

describe.each(PRODUCTS)('rows 6 and 10: $name', (product) => {
  test('takes what is sent, once, whatever was lost between two tries', async () => {
    const index = await startIndex(product);
    index.loseAnswers = 2;
    const delivery = open({
      sink: elasticSink({ url: index.url }),
      folder: freshFolder(),
      knobs: { minRetryMs: 1, maxRetryMs: 5, flushAfterMs: 5 },
    });
    for (const one of entries(500)) delivery.accept(one);
    expect(await delivery.flush({ timeoutMs: 20_000 })).toBe(true);
    const ids = index.documents().map(({ id }) => id);
    expect(ids).toHaveLength(500);
    expect(new Set(ids).size).toBe(500);
    expect(total(delivery.counters().duplicate)).toBeGreaterThan(0);
    expect(total(delivery.counters().deadLettered)).toBe(0);
    expect(balance(delivery)).toEqual({ queued: 500, accounted: 500 });
    expect(index.isDataStream()).toBe(product.hasDataStreams);
    const [first] = index.documents();
    expect(first!.index).toMatch(product.hasDataStreams ? /^\.ds-guardian-logs-/ : /^guardian-logs-\d{4}\.\d\d\.\d\d$/);
    for (const request of index.requests.filter(({ path }) => path === '/_bulk')) {
      expect(request.headers['content-type']).toBe('application/x-ndjson');
      expect(request.body.startsWith('{"create":')).toBe(true);
    }
  });

  test('a field of a conflicting type is sent again as text; nothing is dead-lettered', async () => {
    const index = await startIndex(product);
    const sink = elasticSink({ url: index.url });
    expect(await sendTo(sink, [record({ code: 1, user: { id: 5 } })])).toEqual(['sent']);
    expect(await sendTo(sink, [record({ code: 2 }), record({ code: 'E_CARD', user: 'ann', shop: 'x' })])).toEqual([
      'sent',
      'sent',
    ]);
    const texts = index.documents().map(({ source }) => source.fields_text);
    expect(texts[2]).toEqual(expect.arrayContaining(['code=E_CARD', 'user=ann']));
    const requests = index.requests.length;
    expect(await sendTo(sink, [record({ code: 'E_AGAIN' })])).toEqual(['sent']);
    expect(index.requests.length).toBe(requests + 1);
    await sink.close?.();
  });
});

describe('an index', () => {
  test('row 7: gets every field, the exception with its causes, time in UTC and trace under ECS names', async () => {
    const index = await startIndex(ES8);
    const sink = elasticSink({ url: index.url });
    const one = record(
      { order: 12, nested: { a: [1, 2] } },
      {
        severity: 'error',
        environment: 'production',
        revision: '4f2a91c',
        instance: 'shop-7c9',
        template: 'order {order} paid',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        spanId: '00f067aa0ba902b7',
        exception: {
          type: 'PaymentError',
          message: 'declined',
          stack: 'PaymentError: declined\n    at pay (pay.js:1:2)',
          cause: { type: 'Error', message: 'timeout', stack: 'Error: timeout\n    at net (net.js:3:4)' },
        },
      },
    );
    await sendTo(sink, [one]);
    expect(index.documents()[0]!.source).toEqual({
      '@timestamp': '2026-11-21T23:59:59.999Z',
      ecs: { version: '8.11.0' },
      message: 'order paid',
      event: { id: one.id, sequence: expect.any(Number) },
      log: { level: 'error', logger: 'shop.payments' },
      service: { name: 'shop', environment: 'production', version: '4f2a91c', node: { name: 'shop-7c9' } },
      trace: { id: '4bf92f3577b34da6a3ce929d0e0e4736' },
      span: { id: '00f067aa0ba902b7' },
      error: {
        type: 'PaymentError',
        message: 'declined',
        stack_trace:
          'PaymentError: declined\n    at pay (pay.js:1:2)\n[cause]: Error: timeout\n    at net (net.js:3:4)',
      },
      guardian: { template: 'order {order} paid' },
      fields: { category: 'system', order: 12, nested: { a: [1, 2] } },
    });
    await sink.close?.();
  });

  test('has at most a thousand free fields mapped; the rest stands in one text', async () => {
    const index = await startIndex(ES8);
    const sink = elasticSink({ url: index.url });
    const batch = Array.from({ length: 300 }, (_, at) =>
      record(Object.fromEntries(Array.from({ length: 5 }, (__, n) => [`f${at * 5 + n}`, at]))),
    );
    expect(new Set(await sendTo(sink, batch))).toEqual(new Set(['sent']));
    const mapped = new Set(index.documents().flatMap(({ source }) => Object.keys(source.fields as object)));
    expect(mapped.size).toBe(1_000);
    const told = index.documents().flatMap(({ source }) => (source.fields_text as string[] | undefined) ?? []);
    expect(told).toHaveLength(1_501 - 1_000);
    await sink.close?.();
  });

  test('that maps no more fields, for other writers used them up, gets them as text', async () => {
    const index = await startIndex(ES8, { fieldLimit: 3 });
    const sink = elasticSink({ url: index.url });
    expect(await sendTo(sink, [record({ a: 1, b: 2 }), record({ c: 3, d: 4 })])).toEqual(['sent', 'sent']);
    expect(index.documents()[1]!.source.fields_text).toEqual(['category=system', 'c=3', 'd=4']);
    await sink.close?.();
  });

  test('that rolls over between two tries holds the record twice, under one id that a search folds', async () => {
    const index = await startIndex(ES8);
    // The connection's own second try is lost too.
    index.loseAnswers = 2;
    const sink = elasticSink({ url: index.url });
    const one = record({});
    expect(await sink.send([one], soon())).toMatchObject({ kind: 'retry' });
    index.rollOver();
    expect(await sendTo(sink, [one])).toEqual(['sent']);
    expect(index.documents().map(({ id, source }) => [id, (source.event as { id: string }).id])).toEqual([
      [one.id, one.id],
      [one.id, one.id],
    ]);
    await sink.close?.();
  });

  test('with dated indices puts a record into the day of the record, not of the try', async () => {
    const index = await startIndex(PRODUCTS[0]!);
    const sink = elasticSink({ url: index.url, index: 'shop-logs' });
    await sendTo(sink, [record({})]);
    expect(index.documents()[0]!.index).toBe('shop-logs-2026.11.21');
    await sink.close?.();
  });

  test('row 3: refuses one record for good, and it alone', async () => {
    const index = await startIndex(ES8);
    const sink = elasticSink({ url: index.url });
    await sendTo(sink, [record({})]);
    expect(await sendTo(sink, [record({}), entry({ line: '[]' }), record({})])).toEqual(['sent', 'refused', 'sent']);
    await sink.close?.();
  });

  test.each([
    [429, 'retry'],
    [503, 'retry'],
    [403, 'retry'],
    [400, 'refused'],
  ] as const)('answers %i for one document: %s for that one alone', async (status, kind) => {
    const index = await startIndex(ES8);
    const sink = elasticSink({ url: index.url, setUp: false });
    index.intercept = () => ({
      body: {
        errors: true,
        items: [
          { create: { status: 201 } },
          { create: { status, error: { type: 'es_rejected_execution_exception', reason: 'full' } } },
        ],
      },
    });
    expect(await sendTo(sink, [record({}), record({})])).toEqual(['sent', kind]);
    await sink.close?.();
  });

  test.each([
    [{ user: 'shop', password: 'pass' }, 'Basic c2hvcDpwYXNz'],
    [{ apiKey: 'aWQ6a2V5' }, 'ApiKey aWQ6a2V5'],
    [
      {
        sign: ({ method, body }: { method: string; body: Buffer }) => ({
          authorization: `AWS4 ${method} ${body.length > 0}`,
        }),
      },
      'AWS4 POST true',
    ],
  ])('is told who asks: %o', async (auth, expected) => {
    const index = await startIndex(ES8);
    const sink = elasticSink({ url: index.url, auth });
    await sendTo(sink, [record({})]);
    expect(index.requests.at(-1)!.headers.authorization).toBe(expected);
    await sink.close?.();
  });

  test('that refuses the key holds the records; one that only refuses templates takes them into dated indices', async () => {
    const index = await startIndex(ES8);
    const sink = elasticSink({ url: index.url });
    index.intercept = () => ({ status: 401, body: {} });
    expect(await sink.send([record({})], soon())).toMatchObject({ kind: 'hold' });
    index.intercept = ({ method }) => (method === 'PUT' ? { status: 403, body: {} } : null);
    expect(await sendTo(sink, [record({})])).toEqual(['sent']);
    expect(index.documents()[0]!.index).toBe('guardian-logs-2026.11.21');
    await sink.close?.();
  });

  test('an answer that is no index’s confirms nothing', async () => {
    const index = await startIndex(ES8);
    index.intercept = () => ({ body: '{"ok":true}' });
    const sink = elasticSink({ url: index.url, setUp: false });
    expect(await sink.send([record({})], soon())).toMatchObject({ kind: 'hold' });
    await sink.close?.();
  });
});
