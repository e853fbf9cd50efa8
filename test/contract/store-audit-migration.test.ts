import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAccessTables } from '../../src/adapters/store/sql/migrations/0004-access.ts';
import { createAuditTrailTables } from '../../src/adapters/store/sql/migrations/0012-audit-trail.ts';
import { openDialect } from '../../src/adapters/store/sql/open-store.ts';
import { createAuditStore } from '../../src/adapters/store/sql/repositories/audit/audit-store.ts';
import type { AuditTable } from '../../src/adapters/store/sql/schema/access.ts';
import { DEFAULT_STORE_KNOBS } from '../../src/adapters/store/sql/store.ts';
import { OWN_TRAIL, verifyTrail } from '../../src/core/audit/index.ts';
import { freshPostgresDatabase } from '../fixtures/postgres.ts';

const NOW = Date.UTC(2026, 0, 1);

it.each(['SQLite', 'PostgreSQL'])('what was audited before becomes the beginning of the trail in %s', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-store-'));
  const postgres = name === 'PostgreSQL' ? await freshPostgresDatabase() : null;
  const location = postgres ? { kind: 'postgres' as const, url: postgres.url } : { kind: 'sqlite' as const, folder };
  const { dialect, lock } = await openDialect(location, 'main', NOW, DEFAULT_STORE_KNOBS);
  try {
    await createAccessTables(dialect.kysely, dialect);
    const old = dialect.kysely.withTables<{ audit: AuditTable }>();
    // More than a page of them.
    const rows = Array.from({ length: 501 }, (_, index) => {
      const detail = index === 0 ? null : JSON.stringify({ index });
      return {
        at: NOW + index,
        actor: 'user:1',
        action: 'api key revoked',
        target: `k-${index}`,
        detail,
        address: null,
      };
    });
    await old.insertInto('audit').values(rows).execute();

    await createAuditTrailTables(dialect.kysely, dialect);

    const store = createAuditStore(dialect);
    const entries = await store.entries(OWN_TRAIL, 0, 1_000);
    expect(entries.map(({ object }) => object)).toEqual(rows.map(({ target }) => target));
    expect(entries.slice(0, 2).map(({ fields }) => fields)).toEqual([
      { takenOver: true },
      { index: 1, takenOver: true },
    ]);
    const denied = { at: NOW + 900, actor: 'user:2', action: 'a', object: 'o', outcome: 'denied' as const };
    await store.append({ ...denied, address: null, fields: null });
    const verdict = await verifyTrail(OWN_TRAIL, { store, anchored: [], clock: { now: () => NOW } });
    expect(verdict).toMatchObject({ isIntact: true, entries: 502 });
    const tables = await dialect.kysely.introspection.getTables();
    expect(tables.some((table) => table.name === 'audit')).toBe(false);
  } finally {
    await dialect.close();
    lock?.release();
    await postgres?.drop();
    rmSync(folder, { recursive: true, force: true });
  }
});
