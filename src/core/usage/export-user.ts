import { type ExportedTable, PERSONAL_TABLES, type PersonalTable, type UserExport } from './people.ts';
import type { PersonalRow, PersonalStore } from './ports.ts';

/** Rows of one step: what is kept of one user may be tens of thousands. */
const STEP = 1_000;

/**
 * Everything that is kept of these names. JSON: one object of lists, by table. CSV (RFC 4180): one table, `table` first, then every
 * column that any of the rows has.
 */
export function exportUser({
  store,
  names,
  format,
  others = [],
}: {
  store: Pick<PersonalStore, 'rowsOf'>;
  names: () => Promise<readonly string[]>;
  format: 'json' | 'csv';
  /** What else is kept of the user, behind the rows of usage. */
  others?: readonly ExportedTable[];
}): UserExport {
  const text = format === 'json' ? jsonOf(store, names, others) : csvOf(store, names, others);
  return {
    format,
    contentType: format === 'json' ? 'application/json' : 'text/csv; charset=utf-8',
    // Not named after the user: file names end up in logs.
    fileName: `usage-export.${format}`,
    text,
  };
}

type Names = () => Promise<readonly string[]>;

async function* jsonOf(
  store: Pick<PersonalStore, 'rowsOf'>,
  namesOf: Names,
  others: readonly ExportedTable[],
): AsyncGenerator<string> {
  const names = await namesOf();
  yield `{"names":${JSON.stringify(names)}`;
  for (const { name, rows } of [...PERSONAL_TABLES.map((table) => ownTable(store, table, names)), ...others]) {
    yield `,\n"${name}":[`;
    let separator = '\n';
    for await (const row of rows()) {
      yield `${separator}${JSON.stringify(row)}`;
      separator = ',\n';
    }
    yield ']';
  }
  yield '}\n';
}

function ownTable(
  store: Pick<PersonalStore, 'rowsOf'>,
  table: PersonalTable,
  names: readonly string[],
): Pick<ExportedTable, 'name' | 'rows'> {
  return { name: table, rows: () => rowsOf(store, table, names) };
}

async function* csvOf(
  store: Pick<PersonalStore, 'rowsOf'>,
  namesOf: Names,
  others: readonly ExportedTable[],
): AsyncGenerator<string> {
  const names = await namesOf();
  const columns = new Set<string>();
  for (const table of PERSONAL_TABLES) {
    // All rows of a table have its columns.
    const { rows } = await store.rowsOf({ table, names, after: null, limit: 1 });
    for (const name of Object.keys(rows[0] ?? {})) columns.add(name);
  }
  for (const name of others.flatMap((table) => table.columns)) columns.add(name);
  yield `${['table', ...columns].map(cell).join(',')}\r\n`;
  for (const { name: table, rows } of [...PERSONAL_TABLES.map((one) => ownTable(store, one, names)), ...others])
    for await (const row of rows())
      yield `${[table, ...[...columns].map((name) => row[name] ?? null)].map(cell).join(',')}\r\n`;
}

async function* rowsOf(
  store: Pick<PersonalStore, 'rowsOf'>,
  table: PersonalTable,
  names: readonly string[],
): AsyncGenerator<PersonalRow> {
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<PersonalStore['rowsOf']>> = await store.rowsOf({ table, names, after, limit: STEP });
    yield* page.rows;
    if (page.next === null) return;
    after = page.next;
  }
}

/** What a spreadsheet would take for a formula is quoted as text. */
function cell(value: PersonalRow[string]): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
