import { type RawBuilder, sql } from 'kysely';
import type { GivenColumns } from '../dialect.ts';

const ARRAYS = { text: 'text[]', integer: 'bigint[]', number: 'double precision[]' } as const;

/** One array for each column: a statement's text is the same however many rows there are. */
export function postgresGivenRows<Row extends object>(
  columns: GivenColumns<Row>,
  rows: readonly Row[],
): RawBuilder<Row> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const arrays = names.map((name) => sql`${rows.map((row) => row[name])}::${sql.raw(ARRAYS[columns[name]])}`);
  return sql<Row>`(SELECT * FROM unnest(${sql.join(arrays)}) AS given (${sql.join(names.map((name) => sql.id(name)))}))`;
}
