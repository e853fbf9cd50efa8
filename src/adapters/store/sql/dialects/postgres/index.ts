import { Kysely, type QueryCreator, sql, type Transaction } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { StoreDialect, Write } from '../dialect.ts';
import { postgresBulkWriter } from './bulk-writer.ts';
import { postgresFullText } from './full-text.ts';
import { postgresGivenRows } from './given-rows.ts';
import { type PostgresDialectOptions, postgresDialect } from './kysely-dialect.ts';

/** Any number that no other advisory lock of the database uses: "guardian queue". */
const QUEUE_LOCK = 4_711_020;

/** Of its connections, those that look into queues: for who tells, who sends and who takes check-ins. */
const LOOKERS = 2;
const BY_ROW = 'SET enable_bitmapscan = off';

export function openPostgres(options: PostgresDialectOptions): StoreDialect {
  const lookers = Math.min(LOOKERS, Math.max(1, options.poolSize - 1));
  const poolSize = Math.max(1, options.poolSize - lookers);
  const kysely = new Kysely<Schema>({ dialect: postgresDialect({ ...options, poolSize }) });
  const queues = new Kysely<Schema>({ dialect: postgresDialect({ ...options, poolSize: lookers, settings: BY_ROW }) });
  return {
    kind: 'postgres',
    kysely,
    queues,
    types: { integer: 'bigint', bytes: 'bytea', authFlag: 'boolean', authInstant: 'timestamptz' },
    bulk: postgresBulkWriter,
    text: postgresFullText(kysely),
    queueTurn: sql<{ turn: unknown }>`(SELECT pg_advisory_xact_lock(${sql.lit(QUEUE_LOCK)}) AS turn)`,
    writeTogether,
    given: postgresGivenRows,
    lock: {
      isNeeded: true,
      wait: sql`FOR UPDATE`,
      skip: (table) => sql`FOR UPDATE OF ${sql.table(table)} SKIP LOCKED`,
    },
    async walkInOrder(trx) {
      await sql`SET LOCAL enable_sort = off`.execute(trx);
    },
    isContention,
    async bytes() {
      const { rows } = await sql<{ bytes: number }>`SELECT pg_database_size(current_database()) AS bytes`.execute(
        kysely,
      );
      return rows[0]!.bytes;
    },
    async close() {
      await queues.destroy();
      await kysely.destroy();
    },
  };
}

/** The last is the statement, the others stand before it as its WITH: carried out after it, in their order. */
async function writeTogether(trx: Transaction<Schema>, writes: readonly Write[]): Promise<void> {
  const [last, ...others] = writes.toReversed();
  if (!last) return;
  let before: QueryCreator<Schema> = trx;
  // The names that its type gains are used by nobody.
  others.forEach((write, index) => {
    before = before.with(`write_${index}`, write) as unknown as QueryCreator<Schema>;
  });
  await last(before).execute();
}

/** Deadlock and serialisation failure: https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html */
function isContention(error: unknown): boolean {
  const state = error instanceof Error ? (error.cause as { code?: unknown } | undefined)?.code : undefined;
  return state === '40P01' || state === '40001';
}
