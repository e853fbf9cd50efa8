import { Kysely, sql } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { StoreDialect } from '../dialect.ts';
import { createSqliteBulkWriter } from './bulk-writer.ts';
import type { ConnectionOptions } from './connection.ts';
import { sqliteFullText } from './full-text.ts';
import { sqliteGivenRows } from './given-rows.ts';
import { type SqliteExecutors, sqliteDialect, together } from './kysely-dialect.ts';
import { openOwnConnection, openThreadConnection } from './thread-connection.ts';

type FileOptions = Omit<ConnectionOptions, 'isReadOnly'>;

/**
 * Small threads for the thread that serves: one that writes, and from when it is needed one that reads. One thread with two connections
 * would let a slow search delay every write behind it.
 */
export async function openSqliteThreads(options: FileOptions): Promise<StoreDialect> {
  const writer = await openThreadConnection({ ...options, isReadOnly: false });
  return dialectOver({ writer, openReader: () => openThreadConnection({ ...options, isReadOnly: true }) });
}

/** One connection in this thread, for a thread that may block. */
export function openSqliteHere(options: FileOptions): StoreDialect {
  const connection = openOwnConnection({ ...options, isReadOnly: false });
  return dialectOver({ writer: connection, openReader: null });
}

function dialectOver(executors: SqliteExecutors): StoreDialect {
  const kysely = new Kysely<Schema>({ dialect: sqliteDialect(executors) });
  return {
    kind: 'sqlite',
    kysely,
    queues: kysely,
    types: { integer: 'integer', bytes: 'blob', authFlag: 'integer', authInstant: 'date' },
    bulk: createSqliteBulkWriter(),
    text: sqliteFullText(kysely),
    // One writer at a time is SQLite's nature.
    queueTurn: null,
    async writeTogether(trx, writes) {
      if (writes.length > 0) await trx.executeQuery(together(writes.map((write) => write(trx).compile())));
    },
    given: sqliteGivenRows,
    lock: { isNeeded: false, wait: sql``, skip: () => sql`` },
    walkInOrder: async () => {},
    isContention: () => false,
    async bytes() {
      const { rows } = await sql<{ bytes: number }>`
        SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size`.execute(kysely);
      return rows[0]!.bytes;
    },
    close: () => kysely.destroy(),
  };
}
