import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillAlerts } from '../../../../../../bench/night/fill-alerts.ts';
import type { AlertReader } from '../../../../../core/alerts/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { openDialect, openStore } from '../../open-store.ts';
import { DEFAULT_STORE_KNOBS } from '../../store.ts';
import { createAlertReader } from './alert-reader.ts';

const NOW = Date.UTC(2031, 0, 6, 6);
const folder = mkdtempSync(join(tmpdir(), 'guardian-alerts-'));
let dialect: StoreDialect;

beforeAll(async () => {
  const store = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'main', clock: { now: () => NOW } });
  await fillAlerts(store, 1, { total: 40, now: NOW });
  await store.close();
  ({ dialect } = await openDialect({ kind: 'sqlite', folder }, 'shared', NOW, DEFAULT_STORE_KNOBS));
});
afterAll(async () => {
  await dialect.close();
  rmSync(folder, { recursive: true });
});

/** No text is rare: all are found without their groups. */
const NEVER = { found: -1, sampled: -1 };

async function pagesOf(reader: AlertReader, text: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | null = null; ; ) {
    const { items, nextCursor } = await reader.list({ text }, { cursor, limit: 2 });
    pages.push(items.map(({ id }) => id));
    if (nextCursor === null) return pages;
    cursor = nextCursor;
  }
}

describe('alerts that have a text', () => {
  it.each([
    // In wings 3 and 30: the newest first.
    ['wing 3', [['alert-3', 'alert-34'], ['alert-30']]],
    ['hall 39', [['alert-39']]],
    ['nowhere', [[]]],
  ])('are found page by page beyond what is walked of the list: %s', async (text, pages) => {
    for (const walked of [0, 1, 3, 20, 39, 40, 41]) {
      const reader = createAlertReader(dialect, { walked, rare: NEVER });
      expect({ walked, pages: await pagesOf(reader, text) }).toEqual({ walked, pages });
    }
    expect(await pagesOf(createAlertReader(dialect), text)).toEqual(pages);
  });

  it('are all there, each once, where all have it', async () => {
    const byWalk = [0, 3, 100].map((walked) => createAlertReader(dialect, { walked, rare: NEVER }));
    for (const reader of [...byWalk, createAlertReader(dialect)]) {
      const found = (await pagesOf(reader, 'the air')).flat();
      expect(found.length).toBe(40);
      expect(new Set(found).size).toBe(40);
    }
  });
});
