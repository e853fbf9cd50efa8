import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../contracts/api/live.ts';
import { conceptRecall, type Recall } from '../../contracts/api/recall.ts';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
let told: { session_id: string; message_id: string | null; recalls: Recall[] }[];
beforeEach(async () => {
  server = await openTestServer();
  told = [];
  server.live.subscribe(
    ({ event, data }: LiveEvent) => event === 'concept_recall' && told.push(conceptRecall.parse(data)),
  );
});
afterEach(() => server.close());

const post = (path: string, json: unknown) => ask(server, path, { method: 'POST', json });
async function say(id: string, content: string, user = 'ana@example.com') {
  server.clock.pass(60_000);
  const response = await post(`/api/memory/sessions/${id}/messages`, {
    user_id: user,
    messages: [{ id: `${id}-1`, content }],
  });
  expect(response.status).toBe(200);
}
const history = async (query = '') =>
  (await (await ask(server, `/api/memory/recalls?user_id=ana@example.com${query}`)).json()) as { items: Recall[] };
const figures = async () => (await ask(server, '/api/metrics')).text();

async function recalledOnce() {
  await say('monday', 'The payment gateway timed out.');
  await say('tuesday', 'The payment gateway timed out again.');
  await expect.poll(() => told.length).toBe(1);
  return told[0]!.recalls[0]!;
}

describe('concept recall over the API', () => {
  it('tells live what a message recalls, and keeps it for the history', async () => {
    const recall = await recalledOnce();
    expect(told[0]).toMatchObject({ session_id: 'tuesday', message_id: 'tuesday-1' });
    expect(recall).toMatchObject({
      ...{ concept: 'payment gateway', mention_count: 1, conversations: ['monday'] },
      first_mention: '2026-01-31T08:16:30.123Z',
      last_mention: '2026-01-31T08:16:30.123Z',
    });
    expect((await history()).items.map(({ id }) => id)).toContain(recall.id);
    expect((await history('&min_similarity=0.5')) as unknown).toMatchObject({ status: 400 });
    expect(await figures()).toMatch(/^concept_recall_events_emitted_total 1$/m);
  });

  it('counts what readers do, and each dismissal once as a false positive', async () => {
    const { id } = await recalledOnce();
    const act = async (action: string) => (await post(`/api/memory/recalls/${id}/interactions`, { action })).status;
    expect([await act('view_history'), await act('auto_hide'), await act('dismiss'), await act('dismiss')]).toEqual([
      200, 200, 200, 200,
    ]);
    expect((await post('/api/memory/recalls/recall-none/interactions', { action: 'dismiss' })).status).toBe(404);
    expect((await post(`/api/memory/recalls/${id}/interactions`, { action: 'explode' })).status).toBe(400);
    const text = await figures();
    expect(text).toMatch(/^concept_recall_false_positives_total 1$/m);
    expect(text).toMatch(/^concept_recall_interactions_total\{action="dismiss"\} 2$/m);
    expect(text).toMatch(/^concept_recall_interactions_total\{action="view_history"\} 1$/m);
    expect((await history()).items.map((one) => one.id)).not.toContain(id);
  });

  it('is erased by itself, and with everything else of the user, each a row of the audit trail', async () => {
    await recalledOnce();
    const erased = await (await post('/api/memory/erase', { user_id: 'ana@example.com', what: 'recalls' })).json();
    expect(erased).toMatchObject({ conversations: 0 });
    expect((erased as { recalls: number }).recalls).toBeGreaterThan(0);
    expect((await history()).items).toEqual([]);
    expect((await ask(server, '/api/memory/sessions/monday')).status).toBe(200);
    expect(await (await post('/api/memory/erase', { user_id: 'ana@example.com' })).json()).toMatchObject({
      conversations: 2,
    });
    expect((await ask(server, '/api/memory/sessions/monday')).status).toBe(404);
    const audit = await (await ask(server, '/api/audit?limit=5')).text();
    expect(audit).toContain('conversations erased');
    expect(audit).not.toContain('ana@example.com');
  });

  it('stands in the export of the user’s usage, with the conversations, and goes with its erasure', async () => {
    await recalledOnce();
    await say('of-ben', 'The payment gateway timed out.', 'ben@example.com');
    const exportOf = (format: string) => ask(server, `/api/usage/users/ana@example.com/export?format=${format}`);
    const exported = (await (await exportOf('json')).json()) as Record<string, Record<string, unknown>[]>;
    expect(exported.conversation!.map(({ id }) => id).sort()).toEqual(['monday', 'tuesday']);
    expect(exported.conversation_message).toContainEqual(
      expect.objectContaining({ conversation: 'monday', id: 'monday-1', content: 'The payment gateway timed out.' }),
    );
    expect(exported.conversation_message).toHaveLength(2);
    expect(exported.concept_recall).toContainEqual(
      expect.objectContaining({ conversation: 'tuesday', concept: 'payment gateway', message: 'tuesday-1' }),
    );
    const rows = (await (await exportOf('csv')).text()).split('\r\n');
    expect(rows.filter((row) => row.startsWith('conversation_message,'))).toHaveLength(2);
    expect(rows.join()).not.toContain('of-ben');
    const erased = await post('/api/usage/users/ana@example.com/erase', {});
    expect(await erased.json()).toMatchObject({ rows: { conversation: 2 } });
    const left = await server.store.conversations.list({ limit: 10 });
    expect(left.map(({ id }) => id)).toEqual(['of-ben']);
    expect((await history()).items).toEqual([]);
  });
});
