import { type RawBuilder, type SqlBool, sql } from 'kysely';

/**
 * Conditions of the partial indexes of `delivery`, word for word as migration 0008 has them: SQLite takes such an index only where the statement says the
 * same, with the values in its text. A parameter in their place is a scan of the whole table.
 */
export const isOpen: RawBuilder<SqlBool> = sql`delivery.state IN ('pending', 'failed', 'held', 'sending')`;
export const isUnderWayBefore: RawBuilder<SqlBool> = sql`"before".state IN ('pending', 'failed', 'sending')`;
export const isUnderWay: RawBuilder<SqlBool> = sql`delivery.state IN ('pending', 'failed', 'sending')`;
export const isTold: RawBuilder<SqlBool> = sql`delivery.state <> 'suppressed'`;
export const isUndelivered: RawBuilder<SqlBool> = sql`stood_in_at IS NULL AND delivery.state IN ('pending', 'failed', 'sending', 'dead')`;
