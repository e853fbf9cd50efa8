import { describe, expect, it } from 'vitest';
import { createIngestKeys } from './ingest-keys.ts';
import type { IngestKey, Project, ProjectStore } from './ports.ts';

const SHOP: Project = { id: 1, slug: 'shop', name: 'Shop', createdAt: 0 };
const keyOf = (key: string): IngestKey => ({
  key,
  projectId: 1,
  label: key,
  kind: 'service',
  ratePerMinute: null,
  createdAt: 0,
  revokedAt: null,
});

/** Another node’s changes come straight into `rows`; `reads` counts how often the store was asked. */
function open() {
  let now = 0;
  const rows = [keyOf('a'.repeat(32))];
  const told = { reads: 0, gate: Promise.resolve(), isAway: false };
  const store: ProjectStore = {
    list: async () => [SHOP],
    create: async (project) => ({ id: 2, ...project }),
    async keys() {
      told.reads++;
      if (told.isAway) throw new Error('the store is away');
      const seen = [...rows];
      await told.gate;
      return seen;
    },
    addKey: async (key) => void rows.push(key),
    async revokeKey(key, at) {
      const row = rows.find((one) => one.key === key);
      if (row) rows[rows.indexOf(row)] = { ...row, revokedAt: at };
      return row !== undefined;
    },
  };
  const keys = createIngestKeys({ store, clock: { now: () => now } });
  const pass = (ms: number) => {
    now += ms;
  };
  return { keys, rows, told, pass };
}

describe('createIngestKeys', () => {
  it('asks the store once for many requests, and again after a while', async () => {
    const { keys, told, pass } = open();
    for (let count = 0; count < 100; count++) expect(await keys.find('a'.repeat(32))).toMatchObject({ project: SHOP });
    expect(told.reads).toBe(1);
    pass(5_000);
    await keys.find('a'.repeat(32));
    expect(told.reads).toBe(2);
  });

  it('looks for an unknown key once a second at most, and finds what another node made', async () => {
    const { keys, rows, told, pass } = open();
    await keys.find('a'.repeat(32));
    for (let count = 0; count < 100; count++) expect(await keys.find('b'.repeat(32))).toBeNull();
    expect(told.reads).toBe(1);
    rows.push(keyOf('b'.repeat(32)));
    pass(1_000);
    expect(await keys.find('B'.repeat(32))).toMatchObject({ project: SHOP });
    expect(told.reads).toBe(2);
  });

  it('knows at once what it made and revoked itself, also while an older list is still on its way', async () => {
    const { keys, told } = open();
    const gate = Promise.withResolvers<void>();
    told.gate = gate.promise;
    const slow = keys.projects();
    const made = await keys.add(1, { label: 'new', kind: 'page', ratePerMinute: 5 });
    told.gate = Promise.resolve();
    gate.resolve();
    await slow;
    expect(await keys.find(made.key)).toMatchObject({ key: { kind: 'page', ratePerMinute: 5 } });
    await keys.revoke(made.key);
    expect(await keys.find(made.key)).toBeNull();
  });

  it('still knows whom it knew while the store is away, asks again every second, and learns what changed once it is back', async () => {
    const { keys, rows, told, pass } = open();
    expect(await keys.find('a'.repeat(32))).not.toBeNull();
    told.isAway = true;
    pass(60_000);
    expect(await keys.find('a'.repeat(32))).not.toBeNull();
    const { reads } = told;
    expect(await keys.find('a'.repeat(32))).not.toBeNull();
    expect(told.reads).toBe(reads);
    pass(1_001);
    expect(await keys.find('b'.repeat(32))).toBeNull();
    expect(told.reads).toBeGreaterThan(reads);
    told.isAway = false;
    rows.push(keyOf('b'.repeat(32)));
    pass(1_001);
    expect(await keys.find('b'.repeat(32))).not.toBeNull();
  });

  it('cannot tell anybody anything when the store was away from the start', async () => {
    const { keys, told } = open();
    told.isAway = true;
    await expect(keys.find('a'.repeat(32))).rejects.toThrow('away');
  });
});
