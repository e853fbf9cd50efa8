import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventHistogram, eventPage } from '../contracts/api/events.ts';
import type { AnswerOrigin } from '../core/events/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import { ask, openTestServer, type TestServer } from './server-fixtures.ts';

describe('what is told of how searches are answered', () => {
  let server: TestServer;
  let origin: AnswerOrigin = {};
  let problems: GuardianError[] = [];
  const read = async (path: string) => (await ask(server, path)).json();

  beforeAll(async () => {
    server = await openTestServer({
      options: {
        search: {
          cluster: async () => ({
            connections: { requests: 40, opened: 2 },
            progress: {
              identity: 'x',
              isFilling: false,
              waiting: 7,
              oldestAt: null,
              refused: 0,
              refusedReason: null,
              refusedAt: null,
            },
          }),
          cache: () => ({ hits: 3, misses: 4, joined: 0, evicted: 0, entries: 1, bytes: 512 }),
          problems: async () => problems,
        },
      },
    });
    // What an index tells of its answer reaches the reader.
    const { events } = server.options.store;
    const { search, histogram } = events;
    events.search = async (query) => ({ ...(await search(query)), ...origin });
    events.histogram = async (query, steps) => ({ ...(await histogram(query, steps)), ...origin });
  });
  afterAll(() => server.close());

  it('says of a list and of counts whether they were remembered, how old they are, and what they may miss', async () => {
    for (const path of ['/api/events', '/api/events/histogram']) {
      const schema = path === '/api/events' ? eventPage : eventHistogram;
      origin = {};
      const fresh = schema.parse(await read(path));
      expect([fresh.cache, fresh.isDatabaseOnly]).toEqual([null, undefined]);
      origin = { cachedMs: 1_234 };
      expect(schema.parse(await read(path)).cache).toEqual({ ageMs: 1_234 });
      origin = { isDatabaseOnly: true };
      expect(schema.parse(await read(path)).isDatabaseOnly).toBe(true);
    }
  });

  it('is degraded while the cluster is away, and tells people what to do', async () => {
    const search = { name: 'search', isReady: true, isRequired: false, problem: null };
    expect((await read('/api/ready')) as object).toMatchObject({
      dependencies: expect.arrayContaining([expect.objectContaining(search)]),
    });
    problems = [new GuardianError('search_unreachable', { path: 'search:9200', reason: 'ECONNREFUSED' })];
    const away = { ...search, isReady: false, problem: 'search_unreachable' };
    expect((await read('/api/ready')) as object).toMatchObject({
      dependencies: expect.arrayContaining([expect.objectContaining(away)]),
    });
    const { ownProblems } = (await read('/api/overview')) as { ownProblems: { message: string; remedy: string }[] };
    expect(ownProblems).toHaveLength(1);
    expect(ownProblems[0]?.message).toContain('search:9200');
    expect(ownProblems[0]?.remedy).toContain('GUARDIAN_SEARCH_URL');
    // It can be sent requests: nothing is lost.
    expect((await ask(server, '/api/ready')).status).toBe(200);
  });

  it('counts in the metrics what came from memory, what waits, and how connections are used again', async () => {
    const text = await (await ask(server, '/api/metrics')).text();
    for (const line of [
      'guardian_search_cache_hits_total 3',
      'guardian_search_cache_misses_total 4',
      'guardian_search_cache_bytes 512',
      'guardian_search_waiting_changes 7',
      'guardian_search_requests_total 40',
      'guardian_search_connections_total 2',
    ])
      expect(text).toContain(`${line}\n`);
  });
});
