import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store, type StoreKnobs, type StoreLocation } from '../../src/adapters/store/sql/index.ts';
import type { Clock } from '../../src/core/shared/index.ts';
import { copySqliteStore, migratedPostgresDatabase } from '../fixtures/migrated-store.ts';

/** A store as the server has it: `main` in worker threads, and `ingest` in this one. */
export interface OpenedStores {
  main: Store;
  ingest: Store;
  location: StoreLocation;
  /** Projects `shop` and `desk`. */
  projectIds: [number, number];
  close(): Promise<void>;
}

export interface OpenStoresOptions {
  clock: Clock;
  knobs?: Partial<StoreKnobs>;
}

/** Every database that Guardian keeps its data in, each new and empty. */
export const DATABASES: readonly { name: string; open(options: OpenStoresOptions): Promise<OpenedStores> }[] = [
  { name: 'SQLite', open: openSqlite },
  { name: 'PostgreSQL', open: openPostgres },
];

async function openSqlite(options: OpenStoresOptions): Promise<OpenedStores> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-store-'));
  await copySqliteStore(folder);
  return openBoth({ kind: 'sqlite', folder }, options, async () => rmSync(folder, { recursive: true, force: true }));
}

async function openPostgres(options: OpenStoresOptions): Promise<OpenedStores> {
  const database = await migratedPostgresDatabase();
  return openBoth({ kind: 'postgres', url: database.url }, options, database.drop);
}

async function openBoth(
  location: StoreLocation,
  { clock, knobs = {} }: OpenStoresOptions,
  remove: () => Promise<void>,
): Promise<OpenedStores> {
  const main = await openStore({ dialect: location, role: 'main', clock, knobs });
  const ingest = await openStore({ dialect: location, role: 'ingest', clock, knobs });
  const shop = await main.projects.create({ slug: 'shop', name: 'Shop', createdAt: clock.now() });
  const desk = await main.projects.create({ slug: 'desk', name: 'Desk', createdAt: clock.now() });
  return {
    main,
    ingest,
    location,
    projectIds: [shop.id, desk.id],
    async close() {
      await ingest.close();
      await main.close();
      await remove();
    },
  };
}
