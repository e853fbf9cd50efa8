import { sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import { postgresAlertSearch } from '../dialects/postgres/alert-search.ts';
import { sqliteAlertSearch } from '../dialects/sqlite/alert-search.ts';
import type { MigrationDatabase } from './tables.ts';

/** A text that few alerts have is found by its groups of three characters; kept by the database, whoever changes an alert. */
export async function indexAlertTexts(db: MigrationDatabase, { kind }: StoreDialect): Promise<void> {
  for (const statement of kind === 'postgres' ? postgresAlertSearch : sqliteAlertSearch) {
    await sql.raw(statement).execute(db);
  }
}
