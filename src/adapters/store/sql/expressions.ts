import { type Expression, type RawBuilder, sql } from 'kysely';

/** The greater of two, on both databases (SQLite calls it `max`, PostgreSQL `greatest`). */
export function later(a: Expression<number>, b: Expression<number>): RawBuilder<number> {
  return sql<number>`CASE WHEN ${a} >= ${b} THEN ${a} ELSE ${b} END`;
}

export function earlier(a: Expression<number>, b: Expression<number>): RawBuilder<number> {
  return sql<number>`CASE WHEN ${a} <= ${b} THEN ${a} ELSE ${b} END`;
}
