import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventQuery, StoredEvent } from '../../../core/events/index.ts';
import { at, event } from '../../../core/issues/event-fixtures.ts';
import { openCluster, type SearchCluster } from './cluster.ts';
import { type SmallCluster, startSmallCluster } from './cluster-fixtures.ts';
import { indexOf } from './index-names.ts';

const DAY_MS = 86_400_000;
const SEQS_PER_MS = 4_096;

function stored(id: string, ms: number): StoredEvent {
  return { seq: at(ms) * SEQS_PER_MS, projectId: 1, issueId: null, event: event({ id, time: at(ms) }) };
}

const ALL: EventQuery = {
  words: [],
  fields: [],
  minimumSeverity: null,
  projectId: null,
  from: null,
  to: null,
  cursor: null,
  limit: 10,
  order: 'newest',
};

describe('a search cluster', () => {
  let small: SmallCluster;
  let cluster: SearchCluster;
  const opened: SearchCluster[] = [];
  const open = (options: Partial<Parameters<typeof openCluster>[0]> = {}) => {
    const one = openCluster({ url: small.url, timeoutMs: 5_000, ...options });
    opened.push(one);
    return one;
  };

  beforeEach(async () => {
    small = await startSmallCluster();
    cluster = open();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close();
    await small.go().catch(() => {});
  });

  it('is set up once: template, and nothing that ends indices where the database says when', async () => {
    await cluster.index.search(ALL);
    await cluster.index.search(ALL);
    expect([...small.setUps.keys()]).toEqual(['/_index_template/guardian-events']);
    expect(small.calls.filter((call) => call === 'GET /')).toHaveLength(1);
    expect(small.setUps.get('/_index_template/guardian-events')).toMatchObject({
      index_patterns: ['guardian-events-*'],
      template: { settings: { index: { refresh_interval: '1000ms', 'sort.field': 'seq' } } },
    });
  });

  it('lets the state management of OpenSearch end indices, the lifecycle of Elasticsearch, or neither', async () => {
    expect((await open({ days: 90 }).ready()).lifecycle).toBe('ism');
    expect(small.setUps.get('/_plugins/_ism/policies/guardian-events')).toMatchObject({
      policy: { states: [{ transitions: [{ conditions: { min_index_age: '91d' } }] }, { name: 'delete' }] },
    });
    expect((await open({ days: 30 }).ready()).lifecycle).toBe('ism');
    expect(small.setUps.has('/_plugins/_ism/policies/guardian-events?if_seq_no=4&if_primary_term=1')).toBe(true);

    const elastic = { cluster_uuid: 'two', version: { number: '8.15.2' }, tagline: 'You Know, for Search' };
    const other = await startSmallCluster({ banner: elastic });
    expect((await open({ url: other.url, days: 90 }).ready()).lifecycle).toBe('ilm');
    expect(other.setUps.get('/_ilm/policy/guardian-events')).toMatchObject({
      policy: { phases: { delete: { min_age: '91d' } } },
    });
    expect(other.setUps.get('/_index_template/guardian-events')).toMatchObject({
      template: { settings: { index: { lifecycle: { name: 'guardian-events' } } } },
    });
    await other.go();

    const bare = await startSmallCluster({ banner: elastic, without: /^\/_ilm/ });
    expect((await open({ url: bare.url, days: 90 }).ready()).lifecycle).toBe('guardian');
    await bare.go();
  });

  it.each([
    [{ version: { number: '6.8.0' }, tagline: 'You Know, for Search' }, '6.8.0, You Know, for Search'],
    [{ version: { number: '10.0.0' }, tagline: 'You Know, for Search' }, '10.0.0'],
    [{ version: { number: '4.0.0', distribution: 'opensearch' }, tagline: 'The OpenSearch Project' }, 'opensearch, 4'],
    [{ hello: 'world' }, 'neither product nor version'],
  ])('refuses %j as a product it does not know', async (banner, reason) => {
    const other = await startSmallCluster({ banner });
    await expect(open({ url: other.url }).ready()).rejects.toMatchObject({
      code: 'search_product_unknown',
      about: { reason: expect.stringContaining(reason) },
    });
    await other.go();
  });

  it('takes OpenSearch that calls itself Elasticsearch 7.10.2 for what it is', async () => {
    const banner = { version: { number: '7.10.2' }, tagline: 'The OpenSearch Project: https://opensearch.org/' };
    const other = await startSmallCluster({ banner });
    expect((await open({ url: other.url }).ready()).kind).toBe('opensearch');
    await other.go();
  });

  it('keeps an event under its seq, in the index of its day, and gives it back as it was', async () => {
    const odd = event({
      id: 'odd',
      time: at(0),
      body: '\ud800 half a sign',
      attributes: { '': 1, 'a.b': { c: null } },
    });
    const one: StoredEvent = { seq: at(0) * SEQS_PER_MS, projectId: 1, issueId: 'ab12', event: odd };
    await cluster.index.add([one]);
    await cluster.index.add([one]);
    expect([...small.documents.keys()]).toEqual([`${indexOf('guardian', one.seq)}/${one.seq}`]);
    expect((await cluster.index.search(ALL)).events).toEqual([one]);
  });

  it('folds one seq that stands in two indices, also over the edge of a page', async () => {
    const events = [stored('a', 0), stored('b', 1), stored('c', 2)];
    await cluster.index.add(events);
    for (const [key, document] of [...small.documents]) small.documents.set(`guardian-events-copy/${key}`, document);
    const first = await cluster.index.search({ ...ALL, limit: 2 });
    expect(first.events.map(({ event: { id } }) => id)).toEqual(['c', 'b']);
    const second = await cluster.index.search({ ...ALL, limit: 2, cursor: first.cursor });
    expect(second.events.map(({ event: { id } }) => id)).toEqual(['a']);
    expect(second.cursor).toBeNull();
  });

  it('uses its connections again: one for calls that follow each other', async () => {
    for (let call = 0; call < 20; call++) await cluster.index.search(ALL);
    expect(small.connections()).toBe(1);
    expect(cluster.connections()).toEqual({ requests: 22, opened: 1 });
  });

  it('opens no more connections than it may, however much is asked at once', async () => {
    const narrow = open({ connections: 3 });
    await narrow.ready();
    await Promise.all(Array.from({ length: 30 }, () => narrow.index.search(ALL)));
    expect(small.connections()).toBeLessThanOrEqual(3);
  });

  it('names itself by an API key before a user', async () => {
    await open({ user: 'guardian', password: 'p:w' }).ready();
    expect(small.lastHeaders().authorization).toBe(`Basic ${Buffer.from('guardian:p:w').toString('base64')}`);
    await open({ url: small.url.replace('//', '//anna:p%3Aw@') }).ready();
    expect(small.lastHeaders().authorization).toBe(`Basic ${Buffer.from('anna:p:w').toString('base64')}`);
    await open({ user: 'guardian', password: 'p:w', apiKey: 'a2V5' }).ready();
    expect(small.lastHeaders().authorization).toBe('ApiKey a2V5');
  });

  it('takes part of an answer for none, a refusal for one, and silence for being away', async () => {
    await cluster.ready();
    const reply = (status: number, json: object) => (call: string, response: import('node:http').ServerResponse) => {
      if (!call.includes('_search')) return undefined;
      response.writeHead(status).end(JSON.stringify(json));
      return true as const;
    };
    small.misbehave(reply(200, { timed_out: true, hits: { hits: [] } }));
    await expect(cluster.index.search(ALL)).rejects.toMatchObject({ code: 'search_unreachable' });
    small.misbehave(reply(200, { timed_out: false, _shards: { failed: 1 }, hits: { hits: [] } }));
    await expect(cluster.index.search(ALL)).rejects.toMatchObject({ code: 'search_unreachable' });
    small.misbehave(reply(503, { error: { type: 'cluster_block_exception', reason: 'no master' } }));
    await expect(cluster.index.search(ALL)).rejects.toMatchObject({ code: 'search_unreachable' });
    small.misbehave(reply(403, { error: { type: 'security_exception', reason: 'no permissions' } }));
    await expect(cluster.index.search(ALL)).rejects.toMatchObject({
      code: 'search_refused',
      about: { reason: 'HTTP 403: security_exception no permissions' },
    });
    small.misbehave((call) => (call.includes('_search') ? true : undefined));
    const hasty = open({ timeoutMs: 50 });
    await expect(hasty.index.search(ALL)).rejects.toMatchObject({ code: 'search_unreachable' });
    small.misbehave(null);
    await small.go();
    await expect(cluster.index.search(ALL)).rejects.toMatchObject({
      code: 'search_unreachable',
      about: { reason: expect.stringMatching(/ECONNRE/) },
    });
  });

  it('tells refused events from those to be tried again, and halves what is too large', async () => {
    const events = [stored('a', 0), stored('b', 1), stored('c', 2)];
    const changes = events.map((one) => ({ seq: one.seq, event: one }));
    const itemsOf = (statuses: number[]) => (call: string, response: import('node:http').ServerResponse) => {
      if (!call.includes('_bulk')) return undefined;
      const items = statuses.map((status) => ({ index: { status, error: { type: 'why', reason: 'because' } } }));
      response.writeHead(200).end(JSON.stringify({ items }));
      return true as const;
    };
    small.misbehave(itemsOf([201, 400, 200]));
    expect(await cluster.write(changes)).toEqual([{ seq: events[1]!.seq, reason: '400 why: because' }]);
    small.misbehave(itemsOf([201, 429, 200]));
    await expect(cluster.write(changes)).rejects.toMatchObject({ code: 'search_unreachable' });
    small.misbehave(itemsOf([201]));
    await expect(cluster.write(changes)).rejects.toMatchObject({ code: 'search_unreachable' });
    let bulks = 0;
    small.misbehave((call, response) => {
      if (!call.includes('_bulk') || ++bulks > 2) return undefined;
      response.writeHead(413).end();
      return true;
    });
    expect(await cluster.write(changes)).toEqual([]);
    expect(small.documents.size).toBe(3);
  });

  it('deletes indices whose days are over, all or the empty ones, and nobody else’s', async () => {
    const old = stored('old', -3 * DAY_MS);
    const fresh = stored('new', 0);
    await cluster.index.add([old, fresh]);
    small.documents.set('x', { index: 'guardian-events-mine', source: { seq: 1 } });
    expect(await cluster.deleteIndices(at(-DAY_MS), 'empty')).toEqual([]);
    expect(await cluster.deleteIndices(at(-DAY_MS), 'all')).toEqual([indexOf('guardian', old.seq)]);
    expect([...small.documents.values()].map(({ index }) => index)).toEqual([
      indexOf('guardian', fresh.seq),
      'guardian-events-mine',
    ]);
  });
});
