import { type RawBuilder, sql } from 'kysely';
import type { GivenColumns } from '../dialect.ts';
import { type ArrayColumn, binaryArrays } from './binary-arrays.ts';

const KINDS = { text: 'text', integer: 'bigint', number: 'double precision' } as const;

const BYTES_PER_ROW = 256;

/** One array for each column: a statement's text is the same however many rows there are. */
export function postgresGivenRows<Row extends object>(
  columns: GivenColumns<Row>,
  rows: readonly Row[],
): RawBuilder<Row> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const own = names.map((name) => ({ kind: KINDS[columns[name]], of: (row: Row) => row[name] }) as ArrayColumn<Row>);
  const arrays = binaryArrays(own, rows, { bytesPerRow: BYTES_PER_ROW }).map(
    (array, index) => sql`${array}::${sql.raw(own[index]!.kind)}[]`,
  );
  return sql<Row>`(SELECT * FROM unnest(${sql.join(arrays)}) AS given (${sql.join(names.map((name) => sql.id(name)))}))`;
}
