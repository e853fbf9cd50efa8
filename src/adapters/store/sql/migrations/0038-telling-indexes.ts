import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { MigrationDatabase } from './tables.ts';

/** Rows that changed since the last vacuum at which PostgreSQL vacuums again: a fifth of a table that keeps months is as many dead rows in its small indexes. */
const DEAD = 1_000;

/**
 * What waits to be told, and what is due, in the order in which it is asked for: PostgreSQL then walks through the index, and passes over what is dead;
 * before it gathered all rows first, dead ones as well, so that each look took longer than the one before.
 */
export async function orderTellingIndexes(db: MigrationDatabase, { kind }: StoreDialect): Promise<void> {
  await db.schema.dropIndex('outbox_untold').execute();
  await sql`CREATE INDEX outbox_untold ON outbox (id) WHERE told_at IS NULL`.execute(db);
  await db.schema.dropIndex('delivery_due').execute();
  await sql`CREATE INDEX delivery_due ON delivery (next_attempt_at, position, id)
    WHERE state IN ('pending', 'failed', 'held', 'sending')`.execute(db);
  if (kind === 'sqlite') return;
  for (const table of ['outbox', 'delivery']) {
    await sql`ALTER TABLE ${sql.table(table)} SET (autovacuum_vacuum_scale_factor = 0,
      autovacuum_vacuum_threshold = ${sql.lit(DEAD)}, autovacuum_analyze_scale_factor = 0,
      autovacuum_analyze_threshold = ${sql.lit(DEAD)})`.execute(db);
  }
}
