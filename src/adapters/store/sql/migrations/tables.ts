import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { StoreDialect } from '../dialects/dialect.ts';
import type { Schema } from '../schema.ts';

/** How columns are written down: `text!` is one that may not be null. */
type ColumnKind = 'text' | 'text!' | 'integer' | 'integer!' | 'number' | 'number!' | 'bytes' | 'bytes!';

export interface TableShape {
  columns: Record<string, ColumnKind>;
  /** One column: it is the table's key; `counter`: the database gives it, growing, never twice. */
  key: string | string[] | { counter: string };
  /** Each with a comment at its place that names the query it is for. */
  indexes?: Record<string, { columns: string[]; isUnique?: boolean; where?: string }>;
}

export type MigrationDatabase = Kysely<Schema>;

/** Makes a table with its key and indexes, in the types of the database. */
export async function createTable(
  db: MigrationDatabase,
  { kind, types }: StoreDialect,
  name: string,
  { columns, key, indexes = {} }: TableShape,
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  if (typeof key === 'object' && !Array.isArray(key)) {
    table = table.addColumn(key.counter, types.integer, (column) =>
      kind === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey().generatedByDefaultAsIdentity(),
    );
  }
  for (const [column, columnKind] of Object.entries(columns)) {
    table = table.addColumn(column, typeOf(columnKind, types), (made) => {
      const constrained: ColumnDefinitionBuilder = columnKind.endsWith('!') ? made.notNull() : made;
      return key === column ? constrained.primaryKey() : constrained;
    });
  }
  if (Array.isArray(key)) {
    table = table.addPrimaryKeyConstraint(`${name}_key`, key);
    // The rows then stand in the order of the key, once instead of twice.
    if (kind === 'sqlite') table = table.modifyEnd(sql`WITHOUT ROWID`);
  }
  await table.execute();
  for (const [index, { columns: indexed, isUnique = false, where }] of Object.entries(indexes)) {
    await sql`CREATE ${sql.raw(isUnique ? 'UNIQUE INDEX' : 'INDEX')} ${sql.id(`${name}_${index}`)} ON ${sql.table(name)}
      (${sql.join(indexed.map((column) => sql.raw(column)))}) ${sql.raw(where ? `WHERE ${where}` : '')}`.execute(db);
  }
}

function typeOf(kind: ColumnKind, types: StoreDialect['types']) {
  if (kind.startsWith('text')) return 'text' as const;
  if (kind.startsWith('number')) return 'double precision' as const;
  return kind.startsWith('bytes') ? types.bytes : types.integer;
}
