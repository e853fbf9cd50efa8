import { type RawBuilder, sql } from 'kysely';
import type { GivenColumns } from '../dialect.ts';

/** One parameter of JSON: a statement's text is the same however many rows there are, and its compiling costs nothing. */
export function sqliteGivenRows<Row extends object>(columns: GivenColumns<Row>, rows: readonly Row[]): RawBuilder<Row> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const json = JSON.stringify(rows.map((row) => names.map((name) => toJsonValue(row[name]))));
  const picked = names.map((name, index) => sql`value ->> ${sql.lit(index)} AS ${sql.id(name)}`);
  return sql<Row>`(SELECT ${sql.join(picked)} FROM json_each(${json}))`;
}

/** As the connection does with texts that are parameters of their own; what was cut in the middle of a character is no JSON. */
function toJsonValue(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return (value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value).toWellFormed();
}
