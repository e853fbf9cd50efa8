import { getMigrations } from 'better-auth/db/migration';
import { describe, expect, it } from 'vitest';
import { freshPostgresDatabase } from '../../../test/fixtures/postgres.ts';
import { ask, openTestServer, type TestServer, type TestServerOptions } from '../server-fixtures.ts';
import { createBetterAuth } from './better-auth.ts';
import { createUserAdministration } from './user-administration.ts';

const ADA = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

interface Opened {
  server: TestServer;
  close(): Promise<void>;
}

const databases: [string, () => Promise<Opened>][] = [
  ['SQLite', () => open()],
  [
    'PostgreSQL',
    async () => {
      const database = await freshPostgresDatabase();
      const { server, close } = await open({ dialect: { kind: 'postgres', url: database.url } });
      return { server, close: () => close().then(database.drop) };
    },
  ],
];

async function open(options?: TestServerOptions): Promise<Opened> {
  const server = await openTestServer(options);
  return { server, close: () => server.close() };
}

describe.each(databases)('users and sessions on %s', (_name, openOn) => {
  it('stand in the very tables that the library asks for', async () => {
    const { server, close } = await openOn();
    const { authDatabase } = server.options;
    const library = createBetterAuth({ authDatabase, publicUrl: null, secret: 's'.repeat(32), logger: null });
    const { toBeCreated, toBeAdded } = await getMigrations(library.options);
    expect([toBeCreated, toBeAdded]).toEqual([[], []]);
    await close();
  });

  it('are made, signed in, changed and signed out', async () => {
    const { server, close } = await openOn();
    const made = await ask(server, '/api/setup', { method: 'POST', json: ADA });
    const cookie = made.headers.getSetCookie()[0]!.split(';')[0]!;
    const admin = { cookie, ...SAME_SITE };
    const bob = { email: 'bob@example.com', name: 'Bob', role: 'member', password: 'another long password' };
    const { id } = (await (await ask(server, '/api/users', { method: 'POST', json: bob, headers: admin })).json()) as {
      id: string;
    };
    const signIn = () => ask(server, '/api/auth/sign-in/email', { method: 'POST', json: bob, headers: SAME_SITE });
    expect((await signIn()).status).toBe(200);
    await ask(server, `/api/users/${id}`, {
      method: 'PATCH',
      json: { isDisabled: true, role: 'viewer' },
      headers: admin,
    });
    expect((await signIn()).status).toBe(403);
    const { items } = (await (await ask(server, '/api/users', { headers: admin })).json()) as { items: object[] };
    expect(items).toMatchObject([
      { name: 'Ada', role: 'admin', isDisabled: false },
      { name: 'Bob', role: 'viewer', isDisabled: true },
    ]);
    const change = async (currentPassword: string, newPassword: string) => {
      const json = { currentPassword, newPassword };
      const headers = { ...admin, 'accept-language': 'fr' };
      const reply = await ask(server, '/api/auth/change-password', { method: 'POST', json, headers });
      return `${reply.status} ${((await reply.json()) as { detail?: string }).detail ?? ''}`;
    };
    expect(await change('not my password', 'a new long password')).toMatch(/^400 .*le mot de passe actuel est faux/);
    expect(await change(ADA.password, 'short')).toMatch(/^400 .*un mot de passe a de 12 à 200 caractères/);
    expect((await ask(server, '/api/auth/sign-out', { method: 'POST', json: {}, headers: admin })).status).toBe(200);
    expect((await ask(server, '/api/me', { headers: admin })).status).toBe(401);
    await close();
  });

  it('can be set from the terminal when nobody can get in any more', async () => {
    const { server, close } = await openOn();
    const { authDatabase, clock } = server.options;
    const { set } = await createUserAdministration({ authDatabase, audit: server.options.audit, clock });
    expect(await set({ ...ADA, role: 'admin' })).toMatchObject({ email: ADA.email, role: 'admin' });
    const password = 'a password from the terminal';
    expect(await set({ ...ADA, email: 'ADA@example.com', password, role: null })).toMatchObject({ role: 'admin' });
    const signIn = (json: object) =>
      ask(server, '/api/auth/sign-in/email', { method: 'POST', json, headers: SAME_SITE });
    expect((await signIn(ADA)).status).toBe(401);
    expect((await signIn({ ...ADA, password })).status).toBe(200);
    await close();
  });
});
