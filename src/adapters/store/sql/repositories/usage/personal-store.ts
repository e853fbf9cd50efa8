import { sql } from 'kysely';
import { toInstant } from '../../../../../core/shared/index.ts';
import type { PersonalRow, PersonalStore, PersonalTable } from '../../../../../core/usage/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { eraseEventNames } from './erase-events.ts';
import { eraseTexts, tracesInTexts } from './erase-texts.ts';
import { eraseUsageRows } from './erase-usage-rows.ts';
import { erasedNames } from './erased-names.ts';
import { NameText } from './name-text.ts';
import { tracesInFile } from './traces-in-file.ts';

const INSTANTS = ['session_start', 'session_end', 'last_activity', 'timestamp', 'at', 'until'];
const FLAGS = ['success', 'is_error', 'is_sampled', 'is_request'];

export function createPersonalStore(dialect: StoreDialect): PersonalStore {
  const { kysely } = dialect;
  return {
    async rowsOf({ table, names, after, limit }) {
      const key = keyOf(table);
      const { rows } = await sql<Record<string, string | number | null> & { export_key: string }>`
        SELECT own.*, ${key} AS export_key FROM ${sql.table(table)} AS own
        WHERE user_email IN (${sql.join([...names])}) AND (${after === null ? 1 : 0} = 1 OR ${key} > ${after ?? ''})
        ORDER BY export_key LIMIT ${limit + 1}`.execute(kysely);
      const shown = rows.slice(0, limit);
      return { rows: shown.map(toPersonalRow), next: rows.length > limit ? shown.at(-1)!.export_key : null };
    },

    async aliasesOf(names) {
      const rows = await kysely
        .selectFrom('usage_alias')
        .select(['name', 'kept_as'])
        .where((eb) => eb.or([eb('name', 'in', [...names]), eb('kept_as', 'in', [...names])]))
        .execute();
      const found = new Set(rows.flatMap(({ name, kept_as }) => [name, kept_as]));
      for (const name of names) found.delete(name);
      return [...found];
    },

    async erase({ names, hashes, at }) {
      // What is deleted is overwritten too, from here on and for as long as the connection lives.
      if (dialect.kind === 'sqlite') await sql`PRAGMA secure_delete = ON`.execute(kysely);
      const texts = names.map((name) => new NameText(name, `erased-${hashes[0]?.slice(0, 8) ?? 'user'}`));
      const rows = await eraseUsageRows(dialect, { names, hashes, at });
      Object.assign(rows, await eraseTexts(dialect, texts));
      rows.event = await eraseEventNames(dialect, texts);
      return {
        rows: Object.fromEntries(Object.entries(rows).filter(([, count]) => count > 0)),
        unsearched: texts.filter(({ isTelling }) => !isTelling).map(({ name }) => name),
      };
    },

    async traces(names) {
      const texts = names.map((name) => new NameText(name, ''));
      const inTexts = await tracesInTexts(dialect, texts);
      if (dialect.kind === 'postgres') return inTexts;
      return [...inTexts, ...(await tracesInFile(dialect, texts))];
    },

    erased: () => erasedNames(kysely),
  };
}

/** What rows of this table stand in the order of, as one text. */
function keyOf(table: PersonalTable) {
  if (table !== 'usage_user') return sql<string>`id`;
  const at = sql`substr('0000000000000000' || CAST(own.at AS TEXT), length(CAST(own.at AS TEXT)) + 1)`;
  return sql<string>`(step || ' ' || ${at} || ' ' || service || ' ' || user_email || ' ' || CAST(project_id AS TEXT))`;
}

function toPersonalRow({ export_key, ...row }: Record<string, string | number | null> & { export_key: string }) {
  const shown: Record<string, PersonalRow[string]> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number' && INSTANTS.includes(name)) shown[name] = toInstant(value);
    else shown[name] = FLAGS.includes(name) ? value === 1 : value;
  }
  return shown;
}
