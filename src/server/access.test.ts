import { afterEach, describe, expect, it } from 'vitest';
import { ask, openTestServer, type TestServer, type TestServerOptions } from './server-fixtures.ts';

const opened: TestServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function open(options?: TestServerOptions): Promise<TestServer> {
  const server = await openTestServer(options);
  opened.push(server);
  return server;
}

const ADA = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

/** The cookie of a reply, as a browser sends it back. */
function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function setUp(server: TestServer): Promise<string> {
  const response = await ask(server, '/api/setup', { method: 'POST', json: ADA });
  expect(response.status).toBe(201);
  return cookieOf(response);
}

describe('the first administrator', () => {
  it('is made at the machine itself, signed in, and closes the open door', async () => {
    const server = await open();
    const cookie = await setUp(server);
    expect((await ask(server, '/api/me')).status).toBe(401);
    const me = await ask(server, '/api/me', { headers: { cookie } });
    expect(await me.json()).toMatchObject({ kind: 'user', email: 'ada@example.com', name: 'Ada', role: 'admin' });
    const again = await ask(server, '/api/setup', { method: 'POST', json: { ...ADA, email: 'eve@example.com' } });
    expect(again.status).toBe(409);
  });

  it('is made from elsewhere by the one-time link only, once', async () => {
    const server = await open({ knobs: { host: '0.0.0.0' } });
    const { setupUrl } = await server.start();
    const token = new URL(setupUrl!).searchParams.get('token')!;
    expect((await ask(server, '/api/me')).status).toBe(401);
    const without = await ask(server, '/api/setup', { method: 'POST', json: ADA });
    expect([without.status, ((await without.json()) as { code: string }).code]).toEqual([403, 'forbidden']);
    const wrong = await ask(server, '/api/setup', { method: 'POST', json: { ...ADA, token: `${token}x` } });
    expect(wrong.status).toBe(403);
    const both = await Promise.all(
      [ADA, { ...ADA, email: 'eve@example.com' }].map((one) =>
        ask(server, '/api/setup', { method: 'POST', json: { ...one, token } }),
      ),
    );
    expect(both.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    expect((await ask(server, '/api/setup', { method: 'POST', json: { ...ADA, token } })).status).toBe(409);
  });

  it('keeps the hash of the link’s token only', async () => {
    const server = await open({ knobs: { isOpen: false } });
    const { setupUrl } = await server.start();
    const token = new URL(setupUrl!).searchParams.get('token')!;
    expect(await server.store.settings.get('setup-link')).toMatch(/^[0-9a-f]{64}$/);
    expect(await server.store.settings.get('setup-link')).not.toContain(token);
  });
});

describe('a server that is open on its own machine', () => {
  it.each([
    ['a name that was made to point here', { host: 'evil.example' }, 403],
    ['another machine, through a proxy', { 'x-forwarded-for': '203.0.113.7' }, 401],
  ])('does not take %s for its administrator', async (_who, headers, status) => {
    const server = await open();
    expect((await ask(server, '/api/me', { headers })).status).toBe(status);
  });

  it.each(['localhost:4400', '127.0.0.1:4400', '[::1]:4400', 'LOCALHOST'])('answers to %s', async (host) => {
    const server = await open();
    expect((await ask(server, '/api/me', { headers: { host } })).status).toBe(200);
  });

  it('does nothing that a page of another site asks for', async () => {
    const server = await open();
    const make = (headers: Record<string, string>) =>
      ask(server, '/api/projects', { method: 'POST', json: { name: 'x' }, headers });
    expect((await make({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await make({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await make({ origin: 'http://localhost:4400' })).status).toBe(201);
  });
});

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and that goes to no other site', async () => {
    const server = await open();
    await setUp(server);
    const response = await ask(server, '/api/auth/sign-in/email', { method: 'POST', json: ADA, headers: SAME_SITE });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()[0]).toMatch(/^guardian\.session_token=.*HttpOnly.*SameSite=Lax/);
    expect(response.headers.getSetCookie()[0]).not.toContain('Secure');
  });

  it('sends the cookie over nothing but https where people come by https', async () => {
    const server = await open({ knobs: { host: '0.0.0.0', trustedProxies: 1 } });
    const token = new URL((await server.start()).setupUrl!).searchParams.get('token');
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7', ...SAME_SITE };
    await ask(server, '/api/setup', { method: 'POST', json: { ...ADA, token }, headers: proxied });
    const response = await ask(server, '/api/auth/sign-in/email', { method: 'POST', json: ADA, headers: proxied });
    expect(response.headers.getSetCookie()[0]).toContain('; Secure');
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('says the same of a wrong password and of an unknown address, and stops who tries many', async () => {
    const server = await open({ knobs: { signInsPerMinute: 3 } });
    await setUp(server);
    const attempt = (email: string, password: string) =>
      ask(server, '/api/auth/sign-in/email', { method: 'POST', json: { email, password }, headers: SAME_SITE });
    const answers = [await attempt(ADA.email, 'wrong'), await attempt('nobody@example.com', 'wrong')];
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ status: 401, code: 'unauthorized' });
    await attempt(ADA.email, 'wrong');
    const stopped = await attempt(ADA.email, ADA.password);
    expect([stopped.status, stopped.headers.get('retry-after')]).toEqual([429, '20']);
    server.clock.pass(60_000);
    expect((await attempt(ADA.email, ADA.password)).status).toBe(200);
  });

  it('counts attempts that are made at once', async () => {
    const server = await open({ knobs: { signInsPerMinute: 3 } });
    await setUp(server);
    const json = { email: ADA.email, password: 'wrong' };
    const attempts = Array.from({ length: 8 }, () =>
      ask(server, '/api/auth/sign-in/email', { method: 'POST', json, headers: SAME_SITE }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
  });

  it('ends by signing out', async () => {
    const server = await open();
    const cookie = await setUp(server);
    const out = await ask(server, '/api/auth/sign-out', {
      method: 'POST',
      json: {},
      headers: { cookie, ...SAME_SITE },
    });
    expect(out.status).toBe(200);
    expect((await ask(server, '/api/me', { headers: { cookie } })).status).toBe(401);
  });

  it('is the only way in: nobody makes an account or changes a role by the library’s own paths', async () => {
    const server = await open();
    const cookie = await setUp(server);
    for (const path of [
      'sign-up/email',
      'admin/create-user',
      'admin/set-role',
      'admin/impersonate-user',
      'update-user',
    ]) {
      const response = await ask(server, `/api/auth/${path}`, {
        method: 'POST',
        json: ADA,
        headers: { cookie, ...SAME_SITE },
      });
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
});

describe('accounts', () => {
  it('may do what their role permits, and nothing without the same site', async () => {
    const server = await open();
    const admin = { cookie: await setUp(server), ...SAME_SITE };
    const bob = { email: 'bob@example.com', name: 'Bob', role: 'viewer', password: 'another long password' };
    const created = await ask(server, '/api/users', { method: 'POST', json: bob, headers: admin });
    expect(await created.json()).toMatchObject({ email: bob.email, role: 'viewer', isDisabled: false });
    const cookie = cookieOf(
      await ask(server, '/api/auth/sign-in/email', { method: 'POST', json: bob, headers: SAME_SITE }),
    );
    const viewer = { cookie, ...SAME_SITE };
    expect((await ask(server, '/api/issues', { headers: viewer })).status).toBe(200);
    const act = { method: 'POST', json: { ids: ['issue-1'], action: { type: 'reopen' } } };
    expect((await ask(server, '/api/issues/actions', { ...act, headers: viewer })).status).toBe(403);
    expect((await ask(server, '/api/users', { headers: viewer })).status).toBe(403);
    expect((await ask(server, '/api/issues/actions', { ...act, headers: { cookie: admin.cookie } })).status).toBe(403);
    expect((await ask(server, '/api/issues/actions', { ...act, headers: admin })).status).toBe(200);
  });

  it('end at once when they are disabled or get a new password', async () => {
    const server = await open();
    const admin = { cookie: await setUp(server), ...SAME_SITE };
    const bob = { email: 'bob@example.com', name: 'Bob', role: 'member', password: 'another long password' };
    const { id } = (await (await ask(server, '/api/users', { method: 'POST', json: bob, headers: admin })).json()) as {
      id: string;
    };
    const signIn = () => ask(server, '/api/auth/sign-in/email', { method: 'POST', json: bob, headers: SAME_SITE });
    const change = (json: object) => ask(server, `/api/users/${id}`, { method: 'PATCH', json, headers: admin });
    const cookie = cookieOf(await signIn());
    expect((await change({ isDisabled: true })).status).toBe(200);
    expect((await ask(server, '/api/me', { headers: { cookie } })).status).toBe(401);
    expect((await signIn()).status).toBe(403);
    await change({ isDisabled: false, password: 'a brand new password' });
    expect((await signIn()).status).toBe(401);
    bob.password = 'a brand new password';
    expect((await signIn()).status).toBe(200);
  });

  it('on call bring the traffic back as members, and only administrators deploy', async () => {
    const server = await open();
    const admin = { cookie: await setUp(server), ...SAME_SITE };
    const bob = { email: 'bob@example.com', name: 'Bob', role: 'member', password: 'another long password' };
    await ask(server, '/api/users', { method: 'POST', json: bob, headers: admin });
    const signedIn = await ask(server, '/api/auth/sign-in/email', { method: 'POST', json: bob, headers: SAME_SITE });
    const member = { cookie: cookieOf(signedIn), ...SAME_SITE };
    const post = async (path: string, json: object) =>
      (await ask(server, path, { method: 'POST', json, headers: member })).status;
    // Nothing is configured to deploy to: 404 is behind the door.
    expect(await post('/api/deployments/roll-back', {})).toBe(404);
    expect(await post('/api/deployments/dep-1/hold', {})).toBe(404);
    expect(await post('/api/deployments', { dryRun: true })).toBe(403);
    expect(await post('/api/deployments/end', {})).toBe(403);
  });

  it('begin with an administrator, or the door would be shut for ever', async () => {
    const server = await open();
    const create = (role: string) => ask(server, '/api/users', { method: 'POST', json: { ...ADA, role } });
    expect((await create('viewer')).status).toBe(409);
    expect((await create('admin')).status).toBe(201);
    expect((await create('viewer')).status).toBe(401);
  });

  it('always leave an administrator', async () => {
    const server = await open();
    const admin = { cookie: await setUp(server), ...SAME_SITE };
    const { id } = (await (await ask(server, '/api/me', { headers: admin })).json()) as { id: string };
    const key = await ask(server, '/api/keys', {
      method: 'POST',
      json: { label: 'ops', scope: 'admin' },
      headers: admin,
    });
    const bearer = { authorization: `Bearer ${((await key.json()) as { key: string }).key}` };
    const demote = (headers: Record<string, string>) =>
      ask(server, `/api/users/${id}`, { method: 'PATCH', json: { role: 'viewer' }, headers });
    expect((await demote(admin)).status).toBe(409);
    expect((await demote(bearer)).status).toBe(409);
  });

  it('take no address twice', async () => {
    const server = await open();
    const admin = { cookie: await setUp(server), ...SAME_SITE };
    const json = { ...ADA, email: 'ADA@example.com', role: 'viewer' };
    expect((await ask(server, '/api/users', { method: 'POST', json, headers: admin })).status).toBe(409);
  });
});

describe('keys of the API', () => {
  async function makeKey(server: TestServer, json: object) {
    const made = await ask(server, '/api/keys', { method: 'POST', json });
    return (await made.json()) as { id: string; key: string };
  }

  it('are shown once, kept as a hash, and may do what their scope says', async () => {
    const server = await open();
    const { id, key } = await makeKey(server, { label: 'agent', scope: 'write' });
    expect(key).toMatch(/^gk_[\w-]{43}$/);
    const listed = await (await ask(server, '/api/keys')).text();
    expect(listed).toContain(id);
    expect(listed).not.toContain(key);
    const headers = { authorization: `Bearer ${key}`, host: 'localhost' };
    expect(await (await ask(server, '/api/me', { headers })).json()).toMatchObject({
      kind: 'key',
      name: 'agent',
      role: 'member',
    });
    expect((await ask(server, '/api/keys', { headers })).status).toBe(403);
  });

  it('stop working when they are revoked or have expired', async () => {
    const server = await open();
    const revoked = await makeKey(server, { label: 'a', scope: 'read' });
    const expiring = await makeKey(server, { label: 'b', scope: 'read', expiresAt: '2026-01-31T08:16:00.000Z' });
    const use = (key: string) => ask(server, '/api/issues', { headers: { authorization: `Bearer ${key}` } });
    expect([(await use(revoked.key)).status, (await use(expiring.key)).status]).toEqual([200, 200]);
    await ask(server, `/api/keys/${revoked.id}`, { method: 'DELETE' });
    server.clock.pass(60_000);
    expect([(await use(revoked.key)).status, (await use(expiring.key)).status]).toEqual([401, 401]);
  });

  it('never fall back to the open door when they are wrong', async () => {
    const server = await open();
    const headers = { authorization: `Bearer gk_${'x'.repeat(43)}` };
    expect((await ask(server, '/api/me', { headers })).status).toBe(401);
  });
});

describe('the audit', () => {
  it('tells who administered what, by name, and no secret', async () => {
    const server = await open();
    await ask(server, '/api/projects', { method: 'POST', json: { name: 'Shop' } });
    const headers = { cookie: await setUp(server), ...SAME_SITE };
    await ask(server, '/api/keys', { method: 'POST', json: { label: 'ci', scope: 'read' }, headers });
    const text = await (await ask(server, '/api/audit', { headers })).text();
    const { items } = JSON.parse(text) as { items: { actor: string; action: string; target: string }[] };
    expect(items.map(({ actor, action }) => [actor, action])).toEqual([
      ['Ada', 'api key created'],
      ['Ada', 'first administrator created'],
      ['somebody at this machine', 'project created'],
    ]);
    expect(text).not.toContain(ADA.password);
    expect(text).not.toContain('gk_');
  });
});

describe('the session secret', () => {
  it('is made once and kept, not a default', async () => {
    const server = await open();
    await setUp(server);
    const kept = await server.store.settings.get('auth-secret');
    expect(kept).toMatch(/^[\w-]{43}$/);
  });
});
