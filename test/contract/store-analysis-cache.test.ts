import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  analyserOver,
  chainOver,
  GOOD,
  good,
  message,
  threeEntries,
} from '../../src/core/analysis/analysis-fixtures.ts';
import { type Analyser, type ConversationMessage, createConversations } from '../../src/core/analysis/index.ts';
import { createRedactor } from '../../src/core/events/index.ts';
import { type ModelServer, startModelServer, status } from '../fixtures/model-server/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 1, 3, 9);
const SAID = [
  message('Ana from Northwind wants to know why the checkout in Lyon has failed since the release of yesterday.', {
    id: 'm1',
  }),
  message('The payment service answers with a timeout, and we have rolled the release back to version 2.4.1.', {
    id: 'm2',
  }),
];

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());

describe.each(DATABASES)('analyses of stored conversations in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
    server.requests.length = 0;
    server.behave(good);
  });
  afterEach(() => stores.close());

  const say = (messages: ConversationMessage[], sessionId = 'talk', userId: string | null = null) =>
    createConversations({
      store: stores.main.conversations,
      redactor: createRedactor(),
      clock: { now: () => NOW },
    }).add({ sessionId, userId, messages });
  /** A node with a memory of its own over the same database. */
  const node = (): Analyser => {
    const { conversations, analyses } = stores.main;
    return analyserOver(chainOver(threeEntries(server).slice(0, 1)), { conversations, analyses }).analyser;
  };

  it('are made once for all nodes, and renewed when something was said', async () => {
    await say(SAID);
    expect(await node().analyse({ sessionId: 'talk' })).toMatchObject({ status: 'completed', analysis: GOOD });
    expect(await node().analyse({ sessionId: 'talk' })).toMatchObject({
      reason: 'already_analyzed',
      known: { analysis: GOOD },
    });
    await say([message('', { id: 'picture' })]);
    expect(await node().analyse({ sessionId: 'talk' })).toMatchObject({ reason: 'no_changes' });
    await say([...SAID, message('It works again for Ana.', { id: 'm3' })]);
    expect(await node().analyse({ sessionId: 'talk' })).toMatchObject({
      status: 'completed',
      metadata: { cache: 'none' },
    });
    expect(server.requests).toHaveLength(2);
  });

  it('answer equal content under another id, and outlive the first one’s user', async () => {
    await say(SAID, 'talk', 'user-1');
    await say(SAID, 'twin', 'user-2');
    await node().analyse({ sessionId: 'talk' });
    expect(await node().analyse({ sessionId: 'twin' })).toMatchObject({ metadata: { cache: 'database' } });
    await stores.main.conversations.eraseUser('user-1');
    await expect(node().analyse({ sessionId: 'talk' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await node().analyse({ sessionId: 'twin' })).toMatchObject({ reason: 'already_analyzed' });
    await stores.main.conversations.eraseUser('user-2');
    expect(await node().analyse({ sessionId: 'third', messages: SAID })).toMatchObject({ metadata: { cache: 'none' } });
  });

  it('posted along leave no message behind, and no conversation that could be read', async () => {
    expect(await node().analyse({ sessionId: 'along', messages: SAID })).toMatchObject({ status: 'completed' });
    expect(await node().analyse({ sessionId: 'along', messages: SAID })).toMatchObject({ reason: 'already_analyzed' });
    await expect(node().analyse({ sessionId: 'along' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await stores.main.conversations.list({ limit: 10 })).toEqual([]);
  });

  it('are never made of a failure', async () => {
    await say(SAID);
    server.behave(() => status(500));
    expect(await node().analyse({ sessionId: 'talk' })).toMatchObject({ status: 'failed' });
    expect(await stores.main.analyses.latest('talk')).toBeNull();
  });
});
