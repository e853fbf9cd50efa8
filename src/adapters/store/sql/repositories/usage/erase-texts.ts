import { sql } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import { isInEvents } from './erase-events.ts';
import { mayHold, type NameText } from './name-text.ts';

/**
 * Tables that are not searched here: usage and events have their own erasure, the index goes with its events, and accounts of Guardian's own
 * users are theirs.
 */
const LEFT_OUT =
  /^(?:usage_(?!report$)|user_sessions$|feature_usage$|user_errors$|event$|event_text|event_word|kysely_|sqlite_|user$|session$|account$|verification$|two_factor|twoFactor)/;
/** Entries are chained by their hashes: changing one would be what the trail is there to show. */
const UNCHANGEABLE = /^audit_/;
/** JSON that is packed, by table: its key, and its column. */
const PACKED = [
  { table: 'report', key: 'id', column: 'json' },
  { table: 'delivery', key: 'id', column: 'message' },
  { table: 'fix', key: 'id', column: 'hand_off' },
  { table: 'fix_attempt', key: 'id', column: 'run' },
  { table: 'deployment', key: 'id', column: 'deployment' },
] as const;
const STEP = 200;

interface TextColumn {
  table: string;
  column: string;
}

/** Takes the names out of every text that is stored, whatever table it is in; gives how many texts of each were changed. */
export async function eraseTexts(dialect: StoreDialect, names: readonly NameText[]): Promise<Record<string, number>> {
  const changed: Record<string, number> = {};
  const note = (table: string, count = 1) => {
    changed[table] = (changed[table] ?? 0) + count;
  };
  for (const place of await textColumns(dialect)) {
    const { table, column } = place;
    if (UNCHANGEABLE.test(table)) continue;
    for await (const text of textsWith(dialect, place, names)) {
      const cleaned = clean(text, names);
      if (cleaned === text) continue;
      const update = sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${cleaned} WHERE ${sql.ref(column)} = ${text}`;
      const { numAffectedRows } = await update.execute(dialect.kysely);
      note(table, Number(numAffectedRows ?? 0));
    }
  }
  for (const place of PACKED) {
    for await (const { key, text } of packedTexts(dialect, place)) {
      const cleaned = clean(text, names);
      if (cleaned === text) continue;
      const bytes = packJson(JSON.parse(cleaned));
      await sql`UPDATE ${sql.table(place.table)} SET ${sql.ref(place.column)} = ${bytes} WHERE ${sql.ref(place.key)} = ${key}`.execute(
        dialect.kysely,
      );
      note(place.table);
    }
  }
  return changed;
}

/** Where one of the names still stands. */
export async function tracesInTexts(dialect: StoreDialect, names: readonly NameText[]): Promise<string[]> {
  const found = new Set<string>();
  for (const place of await textColumns(dialect))
    for await (const text of textsWith(dialect, place, names))
      if (names.some((name) => name.isIn(text))) found.add(`${place.table}.${place.column}`);
  for (const place of PACKED)
    for await (const { text } of packedTexts(dialect, place))
      if (names.some((name) => name.isIn(text))) found.add(`${place.table}.${place.column}`);
  if (await isInEvents(dialect, names)) found.add('event');
  for (const table of await usageTablesWith(dialect, names)) found.add(`${table}.user_email`);
  return [...found];
}

async function usageTablesWith({ kysely }: StoreDialect, names: readonly NameText[]): Promise<string[]> {
  const own = names.map(({ name }) => name);
  const found: string[] = [];
  for (const table of ['feature_usage', 'user_errors', 'user_sessions', 'usage_mark', 'usage_user'] as const) {
    const rows = kysely
      .selectFrom(table as 'user_sessions')
      .select('user_email')
      .where('user_email', 'in', own);
    if (await rows.limit(1).executeTakeFirst()) found.push(table);
  }
  return found;
}

function clean(text: string, names: readonly NameText[]): string {
  return names.reduce((cleaned, name) => name.takenFrom(cleaned), text);
}

/** By what the database itself says: a table that somebody adds is searched as well. */
async function textColumns({ kysely }: StoreDialect): Promise<TextColumn[]> {
  const tables = await kysely.introspection.getTables();
  return tables
    .filter(({ name, isView }) => !isView && !LEFT_OUT.test(name))
    .flatMap(({ name: table, columns }) =>
      columns
        .filter(({ dataType }) => /^(?:text|varchar|character varying|jsonb?)$/i.test(dataType))
        .map(({ name: column }) => ({ table, column })),
    );
}

/** Different texts in which one of the names may stand. */
async function* textsWith(
  dialect: StoreDialect,
  { table, column }: TextColumn,
  names: readonly NameText[],
): AsyncGenerator<string> {
  for (let after: string | null = null; ; ) {
    const beyond = after === null ? sql`` : sql`AND ${sql.ref(column)} > ${after}`;
    const result: { rows: { text: string }[] } = await sql<{
      text: string;
    }>`SELECT DISTINCT ${sql.ref(column)} AS text FROM ${sql.table(table)}
      WHERE ${sql.ref(column)} IS NOT NULL AND ${mayHold(dialect, sql.ref(column), names)} ${beyond} ORDER BY 1 LIMIT ${STEP}`.execute(
      dialect.kysely,
    );
    for (const { text } of result.rows) if (typeof text === 'string') yield text;
    if (result.rows.length < STEP) return;
    after = result.rows.at(-1)!.text;
  }
}

async function* packedTexts(
  { kysely }: StoreDialect,
  { table, key, column }: (typeof PACKED)[number],
): AsyncGenerator<{ key: string; text: string }> {
  for (let after = ''; ; ) {
    const result: { rows: { key: string; bytes: Uint8Array | null }[] } = await sql<{
      key: string;
      bytes: Uint8Array | null;
    }>`SELECT ${sql.ref(key)} AS key, ${sql.ref(column)} AS bytes FROM ${sql.table(table)}
      WHERE ${sql.ref(key)} > ${after} ORDER BY ${sql.ref(key)} LIMIT ${STEP}`.execute(kysely);
    for (const row of result.rows)
      if (row.bytes !== null) yield { key: row.key, text: JSON.stringify(unpackJson(row.bytes)) };
    if (result.rows.length < STEP) return;
    after = result.rows.at(-1)!.key;
  }
}
