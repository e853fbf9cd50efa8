import { describe, expect, it } from 'vitest';
import { createApiKeys } from './api-keys.ts';
import type { ApiKey, ApiKeyStore } from './ports.ts';

/** `isAway`: the store answers nothing; `reads` counts how often it was asked for a key. */
function open() {
  let now = 0;
  const rows: ApiKey[] = [];
  const told = { reads: 0, isAway: false };
  const answer = async <T>(value: () => T): Promise<T> => {
    if (told.isAway) throw new Error('the store is away');
    return value();
  };
  const store: ApiKeyStore = {
    list: () => answer(() => rows),
    find(hash) {
      told.reads++;
      return answer(() => rows.find((row) => row.hash === hash) ?? null);
    },
    add: (key) => answer(() => void rows.push(key)),
    revoke: (id, at) =>
      answer(() => {
        const row = rows.find((one) => one.id === id);
        if (row) rows[rows.indexOf(row)] = { ...row, revokedAt: at };
        return row !== undefined;
      }),
    used: () => answer(() => {}),
  };
  const keys = createApiKeys({ store, clock: { now: () => now } });
  const make = (expiresAt: number | null = null) =>
    keys.make({ label: 'ci', scope: 'write', createdBy: 'user:1', expiresAt });
  const pass = (ms: number) => {
    now += ms;
  };
  return { keys, rows, told, pass, make };
}

describe('createApiKeys', () => {
  it('still knows whom it knew while the store is away, asks again every second, and learns what changed once it is back', async () => {
    const { keys, rows, told, pass, make } = open();
    const { key, apiKey } = await make();
    expect(await keys.check(key)).toMatchObject({ id: apiKey.id });
    told.isAway = true;
    pass(60_000);
    expect(await keys.check(key)).toMatchObject({ id: apiKey.id });
    const { reads } = told;
    expect(await keys.check(key)).toMatchObject({ id: apiKey.id });
    expect(told.reads).toBe(reads);
    pass(1_001);
    expect(await keys.check(key)).toMatchObject({ id: apiKey.id });
    expect(told.reads).toBeGreaterThan(reads);
    told.isAway = false;
    rows[0] = { ...rows[0]!, revokedAt: 5 };
    pass(1_001);
    expect(await keys.check(key)).toBeNull();
  });

  it('lets nobody in whose key has ended, or whom it does not know, while the store is away', async () => {
    const { keys, told, pass, make } = open();
    const { key } = await make(30_000);
    expect(await keys.check(key)).not.toBeNull();
    told.isAway = true;
    pass(30_000);
    expect(await keys.check(key)).toBeNull();
    await expect(keys.check('gk_nobody')).rejects.toThrow('away');
  });
});
