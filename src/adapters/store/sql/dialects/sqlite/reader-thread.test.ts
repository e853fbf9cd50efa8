import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { sqliteDialect } from './kysely-dialect.ts';
import type { ReaderTiming } from './reader-thread.ts';
import { openThreadConnection } from './thread-connection.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A database with one row, how often its second connection was opened, and when it is closed. */
async function openDatabase(readerTiming?: ReaderTiming) {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-reader-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const file = { path: join(folder, 'a.db'), busyTimeoutMs: 1_000 };
  const writer = await openThreadConnection({ ...file, isReadOnly: false });
  const closed = Promise.withResolvers<void>();
  const seen = { opened: 0, closed: closed.promise };
  const openReader = async () => {
    seen.opened++;
    const reader = await openThreadConnection({ ...file, isReadOnly: true });
    const close = async () => {
      await reader.close();
      closed.resolve();
    };
    return { ...reader, close };
  };
  const db = new Kysely<{ t: { n: number } }>({
    dialect: sqliteDialect({ writer, openReader, ...(readerTiming && { readerTiming }) }),
  });
  ends.push(() => db.destroy());
  await sql`CREATE TABLE t (n INTEGER NOT NULL)`.execute(db);
  await db.insertInto('t').values({ n: 7 }).execute();
  return { db, seen };
}

const READ = sql<{ n: number }>`SELECT n FROM t`;
/** About half a second of counting. */
const SLOW = sql<{ n: number }>`SELECT count(*) AS n FROM
  (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000000) SELECT x FROM c)`;

describe('the connection that reads', () => {
  it('is not opened for a read that waits for a short transaction', async () => {
    const { db, seen } = await openDatabase({ slowMs: 60_000, restMs: 60_000 });
    const writes = db.transaction().execute((trx) => trx.updateTable('t').set({ n: 8 }).execute());
    const read = READ.execute(db);
    await writes;
    expect((await read).rows).toEqual([{ n: 8 }]);
    expect(seen.opened).toBe(0);
  });

  it('is opened for a read that a transaction itself waits for, and sees what stood before', async () => {
    const { db, seen } = await openDatabase();
    const before = await db.transaction().execute(async (trx) => {
      await trx.updateTable('t').set({ n: 8 }).execute();
      return (await READ.execute(db)).rows;
    });
    expect(before).toEqual([{ n: 7 }]);
    expect((await READ.execute(db)).rows).toEqual([{ n: 8 }]);
    expect(seen.opened).toBe(1);
  });

  it('is closed when no read took long any more, while short ones go on, and opened again by the next that does', async () => {
    const { db, seen } = await openDatabase({ slowMs: 20, restMs: 50 });
    await SLOW.execute(db);
    let isClosed = false;
    void seen.closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) expect((await READ.execute(db)).rows).toEqual([{ n: 7 }]);
    expect(seen.opened).toBe(1);
    expect((await SLOW.execute(db)).rows).toEqual([{ n: 2_000_000 }]);
    const others = await Promise.all([SLOW.execute(db), READ.execute(db)]);
    expect(others[1].rows).toEqual([{ n: 7 }]);
    expect(seen.opened).toBeGreaterThan(1);
  });
});
