import { ByteWriter } from './byte-writer.ts';
import { writeTextVector } from './text-vector.ts';

/** What a column of an array holds, with its type's number in `pg_type`. */
const TYPES = { bigint: 20, bytea: 17, 'double precision': 701, text: 25, tsvector: 3614 } as const;

/** Values of each kind; null is a value of each. */
interface Values {
  bigint: number;
  bytea: Uint8Array;
  'double precision': number;
  text: string;
  tsvector: { words: readonly string[]; fields: readonly string[] };
}

export type ColumnKind = keyof Values;

/** A column of the rows, as one array. */
export type ArrayColumn<Row> = {
  [Kind in ColumnKind]: { kind: Kind; of(row: Row): Values[Kind] | null | undefined };
}[ColumnKind];

/**
 * One array for each column, in PostgreSQL's binary format; for a statement that says `$1::bigint[]`. As text each value was quoted, scanned for
 * what must be escaped, encoded, and taken apart again by the server.
 */
export function binaryArrays<Row>(
  columns: readonly ArrayColumn<Row>[],
  rows: readonly Row[],
  { bytesPerRow }: { bytesPerRow: number },
): Buffer[] {
  const writer = new ByteWriter(rows.length * bytesPerRow + columns.length * HEADER_BYTES);
  const ends = columns.map((column) => {
    writeHeader(writer, TYPES[column.kind], rows.length);
    writeColumn(writer, column, rows);
    return writer.end;
  });
  return ends.map((end, index) => writer.between(ends[index - 1] ?? 0, end));
}

const HEADER_BYTES = 20;

/** https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/arrayfuncs.c (`array_recv`) */
function writeHeader(writer: ByteWriter, type: number, count: number): void {
  writer.int32(count === 0 ? 0 : 1); // dimensions
  writer.int32(1); // there may be nulls
  writer.int32(type);
  if (count === 0) return;
  writer.int32(count);
  writer.int32(1); // the first index
}

const NULL = -1;

function writeColumn<Row>(writer: ByteWriter, column: ArrayColumn<Row>, rows: readonly Row[]): void {
  switch (column.kind) {
    case 'bigint':
      writeValues(rows, column.of, writer, (value) => {
        writer.int32(8);
        writer.int64(value);
      });
      break;
    case 'bytea':
      writeValues(rows, column.of, writer, (value) => {
        writer.int32(value.length);
        writer.bytes(value);
      });
      break;
    case 'double precision':
      writeValues(rows, column.of, writer, (value) => {
        writer.int32(8);
        writer.float64(value);
      });
      break;
    case 'text':
      writeValues(rows, column.of, writer, (value) => {
        const start = writer.open();
        writer.text(value);
        writer.close(start);
      });
      break;
    case 'tsvector':
      writeValues(rows, column.of, writer, ({ words, fields }) => {
        const start = writer.open();
        writeTextVector(writer, words, fields);
        writer.close(start);
      });
      break;
    default:
      column satisfies never;
  }
}

function writeValues<Row, Value>(
  rows: readonly Row[],
  of: (row: Row) => Value | null | undefined,
  writer: ByteWriter,
  write: (value: Value) => void,
): void {
  for (const row of rows) {
    const value = of(row);
    if (value === null || value === undefined) writer.int32(NULL);
    else write(value);
  }
}
