import { afterEach, describe, expect, it } from 'vitest';
import { ask, openTestServer, type TestServer } from '../server-fixtures.ts';
import type { McpCaller } from '../server-options.ts';

const opened: TestServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

describe('/mcp', () => {
  it('hands requests over with who asks, and without their credentials', async () => {
    const seen: { caller: McpCaller; body: string; authorization: string | null }[] = [];
    const mcp = async (request: Request, caller: McpCaller) => {
      seen.push({ caller, body: await request.text(), authorization: request.headers.get('authorization') });
      return Response.json({ jsonrpc: '2.0', id: 1, result: {} });
    };
    const server = await openTestServer({ options: { mcp } });
    opened.push(server);
    const made = await ask(server, '/api/keys', { method: 'POST', json: { label: 'agent', scope: 'write' } });
    const { id, key } = (await made.json()) as { id: string; key: string };
    const json = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const response = await ask(server, '/mcp', { method: 'POST', json, headers: { authorization: `Bearer ${key}` } });
    expect([response.status, await response.json()]).toMatchObject([200, { result: {} }]);
    expect(seen).toEqual([
      {
        caller: { actor: `key:${id}`, name: 'agent', role: 'member', scope: 'write' },
        body: JSON.stringify(json),
        authorization: null,
      },
    ]);
    const wrong = await ask(server, '/mcp', { method: 'POST', json, headers: { authorization: 'Bearer gk_wrong' } });
    expect(wrong.status).toBe(401);
  });

  it('is not there when nothing serves it', async () => {
    const server = await openTestServer();
    opened.push(server);
    expect((await ask(server, '/mcp', { method: 'POST', json: {} })).status).toBe(404);
  });
});
