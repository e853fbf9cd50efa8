import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import {
  analyzeReply,
  conversationDetail,
  issueExplanation,
  messagesPosted,
  providersReply,
} from '../src/contracts/api/analysis.ts';
import { memoryErased, recall } from '../src/contracts/api/recall.ts';
import { pageOf } from '../src/contracts/api/shared.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../src/server/server-fixtures.ts';
import { readPage } from './fixtures/documents.ts';

/** The `curl` lines of the page, in their order. */
function requestsOf(page: string): { path: string; json: unknown }[] {
  const lines = readPage(page).replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const [, path] = /^curl '?http:\/\/127\.0\.0\.1:4400(\/api\/[^\s']+)/.exec(line) ?? [];
    const [, body] = /-d '([^']*)'/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, json: body === undefined ? undefined : (JSON.parse(body) as unknown) }];
  });
}

/** What each of them answers, by the contract. */
const REPLIES: [string, z.ZodType][] = [
  ['/api/memory/sessions/support-17/messages', messagesPosted],
  ['/api/memory/analyze', analyzeReply],
  ['/api/memory/analyze', analyzeReply],
  ['/api/memory/sessions', pageOf(z.unknown())],
  ['/api/memory/sessions/support-17', conversationDetail],
  ['/api/memory/providers', providersReply],
  ['/api/issues/SHOP-1/explanation', issueExplanation],
  ['/api/memory/recalls', pageOf(recall)],
  ['/api/memory/erase', memoryErased],
];

let server: TestServer | null = null;
afterEach(() => server?.close());

it('the document about analysis has requests that do what it says, one after the other', async () => {
  const suspects = { verdict: 'none likely' as const, reason: null, commits: [] };
  const evidence = {
    truth: 'unavailable',
    commit: null,
    reason: 'no repository',
    snippets: [],
    suspects,
    owners: [],
    testCommand: null,
  };
  server = await openTestServer({ options: { evidenceOf: async () => evidence } });
  const { key } = await makeShop(server);
  const event = {
    severity: 'error',
    message: 'failed',
    exception: 'E: x\n    at a (/app/src/a.js:1:2)',
    service: 'shop',
  };
  await ask(server, '/api/events', {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { authorization: `Bearer ${key}` },
  });
  await server.fold();
  const requests = requestsOf('docs/analysis.md');
  expect(requests.map(({ path }) => path.split('?')[0])).toEqual(REPLIES.map(([path]) => path));
  const replies: unknown[] = [];
  for (const [index, { path, json }] of requests.entries()) {
    const reply = await ask(server, path, json === undefined ? {} : { method: 'POST', json });
    const body = (await reply.json()) as unknown;
    expect([path, reply.status, body]).toEqual([path, 200, expect.anything()]);
    replies.push(REPLIES[index]![1].parse(body));
  }
  expect(replies[0]).toMatchObject({ stored: 2 });
  expect(replies[1]).toMatchObject({ status: 'completed', metadata: { provider: 'builtin' } });
  expect(replies[2]).toMatchObject({ status: 'completed', session_id: 'mail-4' });
  expect(replies.at(-1)).toMatchObject({ conversations: 1 });
});
