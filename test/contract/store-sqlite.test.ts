import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteThreads } from '../../src/adapters/store/sql/dialects/sqlite/index.ts';
import { backupStore, migrateStore, openStore, restoreStore, type Store } from '../../src/adapters/store/sql/index.ts';
import { at, event } from '../../src/core/issues/event-fixtures.ts';
import { messagesFor } from '../../src/core/shared/index.ts';
import { appended } from './stored-events.ts';

const HOLD = fileURLToPath(new URL('../fixtures/hold-store.ts', import.meta.url));
const clock = { now: () => at(0) };

describe('the SQLite store on bad days', () => {
  let folder: string;
  let file: string;
  const opened: Store[] = [];
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'guardian-sqlite-')), 'data');
    file = join(folder, 'guardian.db');
  });
  afterEach(async () => {
    for (const store of opened.splice(0).reverse()) await store.close();
    for (const child of children.splice(0)) if (child.exitCode === null && child.kill()) await once(child, 'exit');
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  async function open(role: 'main' | 'ingest' | 'shared' = 'main', busyTimeoutMs = 50): Promise<Store> {
    const store = await openStore({ dialect: { kind: 'sqlite', folder }, role, clock, knobs: { busyTimeoutMs } });
    opened.push(store);
    return store;
  }
  async function hold(mode: 'open' | 'lock', path: string) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', HOLD, mode, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const said = JSON.parse(line) as { isHeld: boolean; code?: string; about?: { reason?: string; path?: string } };
    return { child, said };
  }
  const batch = (count: number, body = 'kept') =>
    appended(
      1,
      Array.from({ length: count }, () => event({ body })),
      { at: at(0) },
    );
  const countOf = async (store: Store, body = 'kept') => {
    const words = [{ text: body, isExcluded: false }];
    const query = { words, fields: [], minimumSeverity: null, projectId: null, from: null, to: null, cursor: null };
    return (await store.index.search({ ...query, limit: 10_000, order: 'newest' })).events.length;
  };

  it('makes its folder and files for their owner alone', async () => {
    const store = await open();
    await store.events.append(batch(1));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['guardian.db', 'guardian.db-wal', 'guardian.lock', 'guardian.lock.json']) {
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(await store.state()).toEqual({ bytes: expect.any(Number), version: '0038-telling-indexes' });
  });

  it('belongs to one process, says which, and falls to the next when that one was killed', async () => {
    const { child, said } = await hold('open', folder);
    expect(said).toEqual({ isHeld: true });
    const refused = await open().catch((error) => error);
    expect(refused).toMatchObject({ code: 'store_locked', about: { path: folder } });
    expect(refused.about.reason).toContain(`process ${child.pid} on ${hostname()} has held it since 20`);
    expect(refused.explain(messagesFor('fr')).remedy).toContain('Arrêtez l’autre Guardian');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await countOf(await open())).toBe(0);
    expect((await hold('open', folder)).said).toMatchObject({ isHeld: false, code: 'store_locked' });
  });

  it('answers who reads while somebody writes, with what was committed, and without waiting for them', async () => {
    const store = await open();
    await store.settings.set('colour', 'red');
    await store.kysely.transaction().execute(async (trx) => {
      await trx.updateTable('setting').set({ value: '"blue"' }).where('name', '=', 'colour').execute();
      expect(await store.settings.get('colour')).toBe('red');
      expect(await Promise.all([store.settings.get('colour'), countOf(store)])).toEqual(['red', 0]);
    });
    expect(await store.settings.get('colour')).toBe('blue');
  });

  it('begins a transaction with its first statement, undoes it with that one, and needs none', async () => {
    const store = await open();
    const { kysely } = await openSqliteThreads({ path: file, busyTimeoutMs: 50 });
    const add = (name: string) => kysely.insertInto('setting').values({ name, value: '1' });
    const named = async () => (await store.settings.get('late')) ?? null;
    try {
      expect(await kysely.transaction().execute(async () => 'nothing')).toBe('nothing');
      await kysely.transaction().execute(async (trx) => {
        await expect(sql`SELECT * FROM nowhere`.execute(trx)).rejects.toThrow();
        await trx.insertInto('setting').values({ name: 'late', value: '1' }).execute();
      });
      expect(await named()).toBe(1);
      const failing = kysely
        .transaction()
        .execute((trx) => trx.insertInto('setting').values({ name: 'late', value: '2' }).execute());
      await expect(failing).rejects.toThrow();
      // Nothing was left open by it.
      await add('later').execute();
      await store.settings.set('other', 2);
      expect([await named(), await store.settings.get('later')]).toEqual([1, 1]);
    } finally {
      await kysely.destroy();
    }
  });

  it('gives a thread of another process nothing', async () => {
    await hold('open', folder);
    await expect(open('ingest')).rejects.toMatchObject({ code: 'internal' });
    expect((await (await open('shared')).projects.list()).length).toBe(0);
  });

  it('says that it is locked, stores nothing by halves, and goes on when it is free', async () => {
    await open();
    const ingest = await open('ingest');
    const { child } = await hold('lock', file);
    const refused = await ingest.events.append(batch(3)).catch((error) => error);
    expect(refused).toMatchObject({ code: 'store_unavailable', kind: { isRetryable: true } });
    expect(await countOf(ingest)).toBe(0);
    child.stdin!.end();
    await once(child, 'exit');
    await ingest.events.append(batch(3));
    expect(await countOf(ingest)).toBe(3);
  });

  it.each(['main', 'ingest'] as const)(
    'says that the disk is full, keeps what it had, and goes on when there is room (%s)',
    async (role) => {
      const main = await open();
      const store = role === 'main' ? main : await open('ingest');
      await store.events.append(batch(10));
      await sql`PRAGMA max_page_count = 1`.execute(store.kysely);
      const large = appended(
        1,
        Array.from({ length: 500 }, (_, index) => event({ body: `more ${'x'.repeat(900)} ${index}` })),
        { at: at(0) },
      );
      const refused = await store.events.append(large).catch((error) => error);
      expect(refused).toMatchObject({ code: 'store_full', kind: { isRetryable: true }, about: { path: file } });
      expect([await countOf(store), await countOf(store, 'more')]).toEqual([10, 0]);
      await sql`PRAGMA max_page_count = 4294967294`.execute(store.kysely);
      expect(await store.events.append(large)).toHaveLength(500);
      expect(await countOf(store, 'more')).toBe(500);
    },
  );

  it('says that it may not be written', async () => {
    await open();
    const ingest = await open('ingest');
    await sql`PRAGMA query_only = ON`.execute(ingest.kysely);
    await expect(ingest.events.append(batch(1))).rejects.toMatchObject({ code: 'store_read_only' });
    await sql`PRAGMA query_only = OFF`.execute(ingest.kysely);
    await ingest.events.append(batch(1));
    expect(await countOf(ingest)).toBe(1);
  });

  it('says where it cannot make its folder', async () => {
    const occupied = join(folder, '..', 'occupied');
    writeFileSync(occupied, 'a file');
    folder = join(occupied, 'data');
    const refused = await open().catch((error) => error);
    expect(refused).toMatchObject({ code: 'store_read_only', about: { path: folder } });
    folder = join(occupied, '..', 'data');
  });

  it.each([
    ['whose head is overwritten', () => overwrite(0, 100)],
    ['that is cut off', () => truncateSync(file, 4_096 * 3)],
    ['that never was one', () => writeFileSync(file, 'hello '.repeat(1_000))],
  ])('names the remedy for a file %s', async (_, damage) => {
    await (await open()).close();
    opened.pop();
    damage();
    const refused = await open().catch((error) => error);
    expect(refused).toMatchObject({ code: 'store_damaged', about: { path: file } });
    expect(refused.explain(messagesFor('en')).remedy).toContain('guardian restore');
  });

  function overwrite(from: number, bytes: number): void {
    writeSync(openSync(file, 'r+'), Buffer.alloc(bytes, 0xaa), 0, bytes, from);
  }

  it('refuses tables of a newer program', async () => {
    const store = await open();
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', '2099')`.execute(store.kysely);
    await store.close();
    opened.pop();
    await expect(open()).rejects.toMatchObject({ code: 'store_newer', about: { reason: 'it has step 9999-future' } });
    await expect(migrateStore({ kind: 'sqlite', folder }, { isDryRun: true })).rejects.toMatchObject({
      code: 'store_newer',
    });
  });

  it('migrates once, and says beforehand what it would do', async () => {
    const location = { kind: 'sqlite' as const, folder };
    const steps = [
      '0001-events',
      '0002-issues',
      '0003-telling',
      '0004-access',
      '0005-auth',
      '0006-jobs',
      '0007-alerts',
      '0008-notifications',
      '0009-predictions',
      '0010-sealing-keys',
      '0011-usage',
      '0012-audit-trail',
      '0013-analytics',
      '0014-spans',
      '0015-templates',
      '0016-coordination',
      '0017-search',
      '0018-usage-reports',
      '0019-analysis',
      '0020-debates',
      '0021-concepts',
      '0022-deployments',
      '0023-fixes',
      '0024-append-cost',
      '0026-client-records',
      '0027-alert-search',
      '0028-seen-until',
      '0032-alert-telling',
      '0033-monitor-environments',
      '0034-usage-losses',
      '0035-ingest-key-kind',
      '0037-fix-reply-marks',
      '0038-telling-indexes',
    ];
    const version = steps.at(-1)!;
    expect(await migrateStore(location, { isDryRun: true })).toEqual({ carriedOut: steps, version });
    expect(await migrateStore(location, { isDryRun: false })).toEqual({ carriedOut: steps, version });
    expect(await migrateStore(location, { isDryRun: false })).toEqual({ carriedOut: [], version });
    expect(await migrateStore(location, { isDryRun: true })).toEqual({ carriedOut: [], version });
  });

  describe('backup and restore', () => {
    const target = () => join(folder, '..', 'copies', 'copy.db');

    it('copies a database that is being written, and puts it back beside what was there', async () => {
      const store = await open();
      const ingest = await open('ingest');
      await ingest.events.append(batch(50));
      const writing = store.events.append(batch(50, 'meanwhile'));
      const { bytes } = await backupStore({ kind: 'sqlite', folder }, target());
      await writing;
      expect(bytes).toBe(statSync(target()).size);
      expect(statSync(target()).mode & 0o777).toBe(0o600);
      await ingest.events.append(batch(5, 'later'));
      await expect(backupStore({ kind: 'sqlite', folder }, target())).rejects.toMatchObject({
        code: 'output_unwritable',
      });
      await expect(restoreStore({ kind: 'sqlite', folder }, target(), { clock })).rejects.toMatchObject({
        code: 'store_locked',
      });
      for (const one of opened.splice(0).reverse()) await one.close();

      const { path, aside } = await restoreStore({ kind: 'sqlite', folder }, target(), { clock });
      expect(path).toBe(file);
      const restored = await open();
      expect(await countOf(restored)).toBe(50);
      expect(await countOf(restored, 'later')).toBe(0);
      const former = new DatabaseSync(aside!);
      expect(former.prepare('SELECT count(*) AS events FROM event').get()).toEqual({ events: 105 });
      former.close();
    });

    it('refuses what is no whole database of Guardian, and leaves everything as it was', async () => {
      await (await open()).events.append(batch(2));
      await opened.pop()!.close();
      const before = readFileSync(file);
      const other = join(folder, '..', 'other.db');
      new DatabaseSync(other).exec('CREATE TABLE t (a)');
      await backupStore({ kind: 'sqlite', folder }, target());
      truncateSync(target(), statSync(target()).size - 4_096 * 5);
      const restore = (from: string) => restoreStore({ kind: 'sqlite', folder }, from, { clock });
      await expect(restore(other)).rejects.toMatchObject({ code: 'source_invalid' });
      await expect(restore(target())).rejects.toMatchObject({ code: 'store_damaged' });
      await expect(restore(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'source_unreadable' });
      writeFileSync(other, 'no database');
      await expect(restore(other)).rejects.toMatchObject({ code: 'store_damaged' });
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(await countOf(await open())).toBe(2);
    });

    it('puts back what a killed process left, with what stood in its log alone', async () => {
      const store = await open();
      await backupStore({ kind: 'sqlite', folder }, target());
      await store.events.append(batch(3));
      for (const part of ['', '-wal']) copyFileSync(file + part, `${target()}.left${part}`);
      await opened.pop()!.close();
      copyFileSync(`${target()}.left`, file);
      copyFileSync(`${target()}.left-wal`, `${file}-wal`);

      const restore = (from: string) => restoreStore({ kind: 'sqlite', folder }, from, { clock });
      const { aside } = await restore(target());
      expect(await countOf(await open())).toBe(0);
      await opened.pop()!.close();
      await restore(aside!);
      expect(await countOf(await open())).toBe(3);
    });

    it('refuses to begin with an empty database where a restore was cut short', async () => {
      await (await open()).events.append(batch(2));
      await opened.pop()!.close();
      renameSync(file, `${file}.restoring`);
      for (const role of ['main', 'shared'] as const) {
        const refused = await open(role).catch((error) => error);
        expect(refused).toMatchObject({ code: 'store_damaged', about: { path: file } });
        expect(refused.explain(messagesFor('fr')).message).toContain('une restauration s’est interrompue');
      }
      expect(existsSync(file)).toBe(false);
      await restoreStore({ kind: 'sqlite', folder }, `${file}.restoring`, { clock });
      expect(await countOf(await open())).toBe(2);
    });

    it('says that there is nothing to copy', async () => {
      await expect(backupStore({ kind: 'sqlite', folder }, target())).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
