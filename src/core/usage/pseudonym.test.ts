import { describe, expect, it } from 'vitest';
import { createUsageNames } from './names.ts';
import type { SaltVault } from './ports.ts';
import { periodBefore, periodOf, pseudonymAt, pseudonymOf, type Salts, saltOf } from './pseudonym.ts';

const SALT = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(9);
const at = (text: string) => Date.parse(text);

describe('periods of salts', () => {
  it('begin at midnight UTC, on Mondays, on the first of a month', () => {
    const sunday = at('2026-03-01T23:59:59.999Z');
    expect([periodOf(sunday, 'day'), periodOf(sunday, 'week'), periodOf(sunday, 'month')]).toEqual([
      '2026-03-01',
      '2026-02-23',
      '2026-03-01',
    ]);
    expect(periodOf(sunday + 1, 'week')).toBe('2026-03-02');
    expect(['day', 'week', 'month'].map((span) => periodBefore('2026-03-02', span as 'day'))).toEqual([
      '2026-03-01',
      '2026-02-23',
      '2026-03-01',
    ]);
    expect(periodBefore('2026-01-01', 'month')).toBe('2025-12-01');
  });
});

describe('a pseudonym', () => {
  it('is the same under one salt, and another under another, and says its period only', () => {
    const one = pseudonymOf('ana@example.com', '2026-03-01', SALT);
    expect(one).toMatch(/^pseudonym-20260301-[\w-]{22}$/);
    expect(pseudonymOf('ana@example.com', '2026-03-01', SALT)).toBe(one);
    expect(pseudonymOf('ana@example.com', '2026-03-01', OTHER)).not.toBe(one);
    expect(pseudonymOf('bob@example.com', '2026-03-01', SALT)).not.toBe(one);
    expect([saltOf(one), saltOf('ana@example.com'), saltOf('pseudonym-1')]).toEqual(['20260301', '', '']);
  });

  it('is that of the day of the fact as long as its salt exists, else of the oldest there is', () => {
    const salts: Salts = { period: '2026-03-02', current: SALT, before: { period: '2026-03-01', salt: OTHER } };
    const today = pseudonymAt('ana', at('2026-03-02T00:00:00.000Z'), salts, 'day');
    const yesterday = pseudonymAt('ana', at('2026-03-01T23:59:59.999Z'), salts, 'day');
    expect(today.before).toBe(yesterday.user);
    expect(yesterday).toEqual({ user: pseudonymOf('ana', '2026-03-01', OTHER), before: null });
    expect(pseudonymAt('ana', at('2026-02-20T00:00:00.000Z'), salts, 'day')).toEqual(yesterday);
  });
});

describe('the names of users', () => {
  const erasureKey = new Uint8Array(32).fill(3);
  const noAliases = async () => [];

  function memoryVault() {
    const salts = new Map<string, Uint8Array>();
    const vault: SaltVault = {
      async renew({ period, before }) {
        if (!salts.has(period)) salts.set(period, new Uint8Array(32).fill(salts.size + 1));
        for (const kept of [...salts.keys()]) if (kept !== period && kept !== before) salts.delete(kept);
        return { current: salts.get(period)!, before: salts.get(before) ?? null };
      },
    };
    return { vault, salts };
  }

  it('are new with the day, and the salt before the last is gone', async () => {
    const { vault, salts } = memoryVault();
    let now = at('2026-03-01T10:00:00.000Z');
    const store = { erased: async () => new Map(), aliasesOf: noAliases };
    const names = createUsageNames({ pseudonyms: { vault, span: 'day' }, store, erasureKey, now: () => now });
    expect(names.identify('ana', now)).toBeNull();
    const seen = [];
    for (let day = 0; day < 3; day++) {
      await names.prepare();
      seen.push(names.identify('ana', now)!);
      now += 86_400_000;
    }
    expect(new Set(seen.map(({ user }) => user)).size).toBe(3);
    expect([seen[0]!.before, seen[1]!.before]).toEqual([null, seen[0]!.user]);
    expect([...salts.keys()]).toEqual(['2026-03-02', '2026-03-03']);
    expect(await names.namesOf('ana')).toHaveLength(3);
  });

  it('of somebody who was erased are refused for what is dated before, however wrong a clock may be', async () => {
    const now = at('2026-03-10T00:00:00.000Z');
    const erased = new Map<string, number>();
    const store = { erased: async () => erased, aliasesOf: noAliases };
    const names = createUsageNames({ pseudonyms: null, store, erasureKey, now: () => now });
    erased.set(names.hashOf('ana'), now - 3 * 86_400_000);
    await names.prepare();
    expect(names.identify('ana', now - 4 * 86_400_000)).toBeNull();
    expect(names.identify('ana', now - 2 * 86_400_000)).toBeNull();
    expect(names.identify('ana', now - 2 * 86_400_000 + 1)).toEqual({ user: 'ana', before: null });
    expect(names.identify('bob', 0)).toEqual({ user: 'bob', before: null });
  });

  it('go on under the salt that is known while no new one can be had', async () => {
    const { vault } = memoryVault();
    let now = at('2026-03-01T10:00:00.000Z');
    let isDown = false;
    const failing: SaltVault = {
      renew: (request) => (isDown ? Promise.reject(new Error('down')) : vault.renew(request)),
    };
    const store = { erased: async () => new Map(), aliasesOf: noAliases };
    const names = createUsageNames({ pseudonyms: { vault: failing, span: 'day' }, store, erasureKey, now: () => now });
    await names.prepare();
    const before = names.identify('ana', now)!.user;
    now += 86_400_000;
    isDown = true;
    await names.prepare();
    expect(names.identify('ana', now)!.user).toBe(before);
    isDown = false;
    await names.prepare();
    expect(names.identify('ana', now)).toMatchObject({ before });
  });
});
