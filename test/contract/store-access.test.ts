import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiKey, IngestKey } from '../../src/core/access/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2031, 0, 1);
const clock = { now: () => NOW };

describe.each(DATABASES)('projects, keys and records in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeAll(async () => {
    stores = await open({ clock });
  });
  afterAll(() => stores.close());

  it('makes projects of different names', async () => {
    const { projects } = stores.main;
    expect((await projects.list()).map(({ slug }) => slug)).toEqual(['shop', 'desk']);
    const made = await projects.create({ slug: 'mail', name: 'Mäil', createdAt: NOW });
    expect(await projects.list()).toContainEqual({ id: made.id, slug: 'mail', name: 'Mäil', createdAt: NOW });
    const again = projects.create({ slug: 'mail', name: 'Other', createdAt: NOW });
    await expect(again).rejects.toMatchObject({ code: 'name_taken' });
  });

  it('keeps ingest keys, and revokes each once', async () => {
    const { projects } = stores.main;
    const key: IngestKey = {
      key: 'a'.repeat(32),
      projectId: stores.projectIds[0],
      label: 'web',
      kind: 'page',
      ratePerMinute: 5,
      createdAt: NOW,
      revokedAt: null,
    };
    await projects.addKey(key);
    await projects.addKey({ ...key, key: 'b'.repeat(32), projectId: stores.projectIds[1], kind: 'service' });
    expect(await projects.keys(stores.projectIds[0])).toEqual([key]);
    expect(await projects.keys(null)).toHaveLength(2);
    expect(await projects.revokeKey(key.key, NOW + 1)).toBe(true);
    expect(await projects.revokeKey(key.key, NOW + 2)).toBe(false);
    expect(await projects.keys(stores.projectIds[0])).toEqual([{ ...key, revokedAt: NOW + 1 }]);
    await expect(projects.addKey(key)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('finds API keys by their hash', async () => {
    const { apiKeys } = stores.main;
    const key: ApiKey = {
      id: 'k-1',
      hash: 'h'.repeat(64),
      label: 'ci',
      scope: 'write',
      createdBy: 'user:1',
      createdAt: NOW,
      lastUsedAt: null,
      expiresAt: NOW + 5,
      revokedAt: null,
    };
    await apiKeys.add(key);
    expect(await apiKeys.find(key.hash)).toEqual(key);
    expect(await apiKeys.find('nothing')).toBeNull();
    await apiKeys.used('k-1', NOW + 3);
    expect(await apiKeys.revoke('k-1', NOW + 4)).toBe(true);
    expect(await apiKeys.revoke('k-1', NOW + 5)).toBe(false);
    expect(await apiKeys.list()).toEqual([{ ...key, lastUsedAt: NOW + 3, revokedAt: NOW + 4 }]);
  });

  it('keeps the views of each user apart', async () => {
    const { views } = stores.main;
    const view = { id: 'v-1', userId: 'u-1', name: 'Mine', page: 'issues', query: 'state=open', createdAt: NOW };
    await views.add(view);
    await expect(views.add({ ...view, id: 'v-2' })).rejects.toMatchObject({ code: 'name_taken' });
    await views.add({ ...view, id: 'v-3', userId: 'u-2' });
    expect(await views.list('u-1')).toEqual([view]);
    expect(await views.remove('v-1', 'u-2')).toBe(false);
    expect(await views.remove('v-1', 'u-1')).toBe(true);
    expect(await views.list('u-1')).toEqual([]);
  });

  it('keeps settings of any shape', async () => {
    const { settings } = stores.main;
    expect(await settings.get('language')).toBeNull();
    await settings.set('language', { code: 'fr', of: [1, null] });
    expect(await settings.get('language')).toEqual({ code: 'fr', of: [1, null] });
    await settings.set('language', 'en');
    expect(await settings.get('language')).toBe('en');
  });

  it('gives a lease to one at a time, until it runs out or is given back', async () => {
    const { leases } = stores.main;
    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => leases.take('fold', holder, NOW, 1_000)));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(1);
    const holder = ['a', 'b', 'c', 'd'][taken.indexOf(true)]!;
    expect(await leases.take('fold', holder, NOW + 500, 1_000)).toBe(true);
    expect(await leases.take('fold', 'late', NOW + 1_499, 1_000)).toBe(false);
    expect(await leases.take('fold', 'late', NOW + 1_500, 1_000)).toBe(true);
    await leases.release('fold', holder);
    expect(await leases.take('fold', holder, NOW + 1_600, 1_000)).toBe(false);
    await leases.release('fold', 'late');
    expect(await leases.take('fold', holder, NOW + 1_600, 1_000)).toBe(true);
    expect(await leases.take('other', 'late', NOW, 1_000)).toBe(true);
  });

  it('has the tables that better-auth expects', async () => {
    const { betterAuth } = await import('better-auth');
    const { admin } = await import('better-auth/plugins');
    const auth = betterAuth({
      database: { db: stores.main.kysely, type: stores.main.kind, casing: 'camel' },
      secret: 'a secret of the tests, long enough for it',
      baseURL: 'http://127.0.0.1:1',
      emailAndPassword: { enabled: true },
      plugins: [admin()],
    });
    const { user, token } = await auth.api.signUpEmail({
      body: { email: 'ann@example.com', name: 'Ann', password: 'correct horse battery' },
    });
    expect(user).toMatchObject({ email: 'ann@example.com', emailVerified: false });
    expect(user.createdAt).toBeInstanceOf(Date);
    const session = await auth.api.getSession({ headers: new Headers({ authorization: `Bearer ${token}` }) });
    expect(session).toBeNull();
    const signedIn = await auth.api.signInEmail({
      body: { email: 'ann@example.com', password: 'correct horse battery' },
    });
    expect(signedIn.user.id).toBe(user.id);
    const wrong = auth.api.signInEmail({ body: { email: 'ann@example.com', password: 'wrong' } });
    await expect(wrong).rejects.toThrow();
  });
});
