import { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import declared from 'pino-elasticsearch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elasticError } from '../../../src/adapters/sources/elastic-bulk/index.ts';
import { type ElasticServer, startElasticServer } from './elastic-server.ts';

/** Its types declare a default export, its code exports the function itself. */
const pinoElasticsearch = declared as unknown as typeof declared.default;

let server: ElasticServer;
beforeEach(async () => {
  server = await startElasticServer();
});
afterEach(() => server.stop());

const time = (n: number) => new Date(Date.UTC(2025, 9, 20, 3, 18, n)).toISOString();

describe('@elastic/elasticsearch 9', () => {
  it('takes the server for Elasticsearch, and its set-up calls succeed', async () => {
    const client = new Client({ node: server.node });
    const info = await client.info();
    expect(info).toMatchObject({
      tagline: 'You Know, for Search',
      version: { number: '8.19.0', build_flavor: 'default' },
    });
    expect(await client.ping()).toBe(true);
    expect(await client.license.get()).toMatchObject({ license: { type: 'basic', status: 'active' } });
    expect(await client.indices.existsIndexTemplate({ name: 'logs' })).toBe(true);
    expect(await client.indices.putIndexTemplate({ name: 'logs', index_patterns: ['logs-*'] })).toEqual({
      acknowledged: true,
    });
    expect(await client.ilm.putLifecycle({ name: 'logs', policy: { phases: {} } })).toEqual({ acknowledged: true });
    expect(await client.ingest.putPipeline({ id: 'logs', processors: [] })).toEqual({ acknowledged: true });
    await client.indices.refresh({ index: 'logs' });
    await client.close();
  });

  it('sends by its bulk helper, thousands of documents in packed requests', async () => {
    const client = new Client({ node: server.node, compression: true });
    const documents = Array.from({ length: 5_000 }, (_, n) => ({ '@timestamp': time(n % 60), message: `order ${n}` }));
    const stats = await client.helpers.bulk({
      datasource: documents,
      flushBytes: 50_000,
      onDocument: () => ({ create: { _index: 'logs-shop' } }),
    });
    expect(stats).toMatchObject({ total: 5_000, successful: 5_000, failed: 0, retry: 0 });
    expect(server.events).toHaveLength(5_000);
    expect(new Set(server.events.map(({ body }) => body)).size).toBe(5_000);
    await client.close();
  });

  it('drops only the item that is refused, and learns which', async () => {
    const client = new Client({ node: server.node });
    const dropped: unknown[] = [];
    const stats = await client.helpers.bulk({
      datasource: [
        { n: 1, message: 'a' },
        { n: 2, message: 'again' },
        { n: 3, message: 'c' },
      ],
      onDocument: ({ n }) => ({ create: { _index: 'logs', _id: n === 3 ? '3' : '1' } }),
      onDrop: ({ status, document }) => dropped.push([status, document.n]),
    });
    expect(stats).toMatchObject({ successful: 2, failed: 1 });
    expect(dropped).toEqual([[409, 2]]);
    expect(server.events.map(({ id }) => id)).toEqual(['logs/1', 'logs/3']);
    await client.close();
  });

  it('sends again what was stored though the answer got lost, and nothing is doubled', async () => {
    server.lost.answers = 1;
    const client = new Client({ node: server.node, maxRetries: 2 });
    const stats = await client.helpers.bulk({
      datasource: [
        { '@timestamp': time(1), message: 'a' },
        { '@timestamp': time(2), message: 'b' },
      ],
      onDocument: () => ({ index: { _index: 'logs' } }),
    });
    expect(stats).toMatchObject({ successful: 2, failed: 0 });
    expect(server.requests.filter(({ path }) => path.endsWith('_bulk'))).toHaveLength(2);
    expect(server.events.map(({ body }) => body)).toEqual(['a', 'b']);
    await client.close();
  });

  it('sends again when the store could not be written', async () => {
    server.failures.push(
      elasticError({ status: 503, type: 'unavailable_shards_exception', reason: 'the store is full', accept: null }),
    );
    const client = new Client({ node: server.node, maxRetries: 2 });
    const answer = await client.bulk({ operations: [{ index: { _index: 'logs' } }, { message: 'a' }] });
    expect(answer).toMatchObject({ errors: false, items: [{ index: { status: 201, result: 'created' } }] });
    expect(server.events).toHaveLength(1);
    await client.close();
  });
});

describe('pino-elasticsearch', () => {
  it('brings records with level, error and request', async () => {
    const stream = pinoElasticsearch({ node: server.node, index: 'shop-%{DATE}', flushBytes: 100, flushInterval: 50 });
    const inserted = new Promise((resolve) => stream.on('insert', resolve));
    const logger = pino({ name: 'shop' }, stream);
    logger.info({ orderId: 7 }, 'order placed');
    logger.error(
      { err: new TypeError('x is undefined'), req: { id: 'r1', method: 'POST', url: '/orders?a=1' } },
      'failed',
    );
    stream.end();
    await inserted;
    expect(server.events).toHaveLength(2);
    const [placed, failed] = server.events;
    expect(placed).toMatchObject({
      body: 'order placed',
      severityNumber: 9,
      logger: 'shop',
      attributes: { orderId: 7 },
    });
    expect(placed!.source).toMatchObject({ kind: 'elastic-bulk' });
    expect(placed!.source.name).toMatch(/^shop-\d{4}-\d\d-\d\d$/);
    expect(failed).toMatchObject({ severityNumber: 17, request: { method: 'POST', path: '/orders', id: 'r1' } });
    expect(failed!.stackText).toContain('TypeError: x is undefined\n    at ');
  });
});
