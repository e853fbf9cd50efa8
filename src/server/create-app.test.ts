import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, makeShop, openTestServer, type TestServer } from './server-fixtures.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe('the API', () => {
  it('tells how it is', async () => {
    const response = await ask(server, '/api/health', { redirect: 'manual' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"status":"ok","message":"Guardian is running."}');
    expect((await ask(server, '/api/ready')).status).toBe(200);
  });

  it('makes whoever reaches it on its own machine the administrator while there are no users', async () => {
    expect(await (await ask(server, '/api/me')).json()).toEqual({
      kind: 'open',
      id: 'open',
      name: 'open',
      email: null,
      role: 'admin',
      language: null,
    });
  });

  it('answers what is not there with a problem in the reader’s language', async () => {
    const response = await ask(server, '/api/nothing', { headers: { 'accept-language': 'de, fr-CH;q=0.8, en;q=0.5' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toEqual({
      type: 'urn:guardian:problem:not_found',
      title: 'Not Found',
      status: 404,
      code: 'not_found',
      detail: 'Introuvable : page à cette adresse.',
      remedy: 'Vérifiez l’adresse ou l’identifiant ; il a peut-être été supprimé.',
    });
  });

  it('lists every wrong field of a request', async () => {
    const response = await ask(server, '/api/issues/actions', {
      method: 'POST',
      json: { ids: [], action: { type: 'assign' } },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'payload_invalid',
      errors: [
        { path: 'ids', message: 'must be at least 1' },
        { path: 'action.assignee', message: 'must be of type string' },
      ],
    });
  });

  it.each([
    ['/api/issues?limit=0', 'limit'],
    ['/api/issues?state=broken', 'state'],
    ['/api/events?cursor=abc', 'cursor'],
    ['/api/events?from=2026-01-31T08:00:00.000Z&to=2026-01-30T08:00:00.000Z', 'from'],
  ])('refuses %s and names the field', async (path, field) => {
    const response = await ask(server, path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ path: field }] });
  });

  it('refuses a body that is not JSON, not of JSON’s type, or too large', async () => {
    const post = (body: string, type: string) =>
      ask(server, '/api/projects', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('{', 'application/json')).status).toBe(400);
    expect((await post('name=x', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await post(`{"name":"${'x'.repeat(1024 * 1024)}"}`, 'application/json')).status).toBe(413);
  });

  it('sends the headers that keep browsers from doing more than asked', async () => {
    const { headers } = await ask(server, '/api/me');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  it('makes projects whose names people write, and a key with its DSN for each', async () => {
    const { id, key } = await makeShop(server);
    const again = await ask(server, '/api/projects', { method: 'POST', json: { name: 'shop' } });
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'name_taken']);
    const french = await ask(server, '/api/projects', { method: 'POST', json: { name: 'Boutique d’été' } });
    expect(await french.json()).toMatchObject({ slug: 'boutique-d-ete', services: [], lastEventAt: null });
    const { items } = (await (await ask(server, '/api/projects/shop/keys')).json()) as { items: object[] };
    expect(items).toMatchObject([{ key, dsn: `http://${key}@localhost:4400/${id}`, revokedAt: null }]);
  });

  it('keeps saved views to who saved them', async () => {
    const saved = await ask(server, '/api/views', {
      method: 'POST',
      json: { name: 'Mine', page: 'issues', query: 'state=open' },
    });
    const { id } = (await saved.json()) as { id: string };
    expect(await (await ask(server, '/api/views')).json()).toEqual({
      items: [{ id, name: 'Mine', page: 'issues', query: 'state=open' }],
    });
    expect((await ask(server, `/api/views/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await ask(server, `/api/views/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('keeps two hundred views of each caller, and refuses one more', async () => {
    const save = (name: string) =>
      ask(server, '/api/views', { method: 'POST', json: { name, page: 'events', query: 'service=api' } });
    const views = Array.from({ length: 199 }, (_, n) => ({ id: `v-${n}`, name: `v-${n}`, page: 'events', query: '' }));
    for (const view of views) await server.store.views.add({ ...view, userId: 'open', createdAt: 0 });
    expect((await save('the last')).status).toBe(201);
    const refused = await save('one more');
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { detail: expect.stringContaining('200 views') },
    ]);
    expect((await ask(server, '/api/views/v-7', { method: 'DELETE' })).status).toBe(200);
    expect((await save('one more')).status).toBe(201);
  });

  it('shows an overview that says when nothing was received', async () => {
    expect(await (await ask(server, '/api/overview')).json()).toMatchObject({
      status: 'unknown',
      isEmpty: true,
      services: [],
      ownProblems: [],
    });
  });

  it('gives metrics whose labels are routes and states, never addresses', async () => {
    const text = await (await ask(server, '/api/metrics')).text();
    expect(text).toContain('guardian_http_requests_total{method="GET",route="/api/health",status_class="2xx"} 1');
    expect(text).toContain('guardian_fold_queue 0');
    expect(text).not.toContain('/api/nothing');
  });
});
