import { type RawBuilder, sql } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { foldSearch } from '../issues/issue-row.ts';

/** Groups that a text is looked for by; of a longer one those spread over it. */
const MOST_GROUPS = 12;
const GROUP = 3;
/** PostgreSQL, which cannot stop early, is asked how many of the first so many have the text. */
const SAMPLE = 1_000;

export interface Rarity {
  /** SQLite: alerts that may have the groups of a text before all are read as they lie, which is then quicker. */
  found: number;
  /** PostgreSQL: of the first 1,000 of the list. */
  sampled: number;
}

export const RARE: Rarity = { found: 5_000, sampled: 10 };

/** What an alert is looked for by: that it has the text, and that it has the text's groups of three characters (null: too short to have any). */
export interface AlertText {
  isThere: RawBuilder<boolean>;
  hasGroups: RawBuilder<boolean> | null;
}

export function alertText({ kind }: Pick<StoreDialect, 'kind'>, text: string): AlertText {
  const folded = foldSearch(text);
  const pattern = `%${folded.replace(/[\\%_]/g, '\\$&')}%`;
  const groups = groupsOf(folded);
  const isThere = sql<boolean>`search LIKE ${pattern} ESCAPE '\\'`;
  if (groups.length === 0) return { isThere, hasGroups: null };
  const hasGroups =
    kind === 'sqlite'
      ? sql<boolean>`number IN (SELECT rowid FROM alert_search WHERE alert_search MATCH ${matching(groups)})`
      : sql<boolean>`alert_text_groups(search) @> ARRAY[${sql.join(groups)}]::text[]`;
  return { isThere, hasGroups };
}

/** Whether so few alerts have the text that its groups find them sooner than a look at all of them does. */
export async function isRare(dialect: StoreDialect, text: string, rare: Rarity): Promise<boolean> {
  const { isThere, hasGroups } = alertText(dialect, text);
  if (hasGroups === null) return false;
  const isSqlite = dialect.kind === 'sqlite';
  const { rows } = await (isSqlite
    ? sql<{ found: number }>`SELECT count(*) AS found FROM (
        SELECT rowid FROM alert_search WHERE alert_search MATCH ${matching(groupsOf(foldSearch(text)))} LIMIT ${rare.found + 1})`
    : sql<{ found: number }>`SELECT count(*) AS found FROM (
        SELECT search FROM alert ORDER BY list_order, id LIMIT ${SAMPLE}) AS newest WHERE ${isThere}`
  ).execute(dialect.kysely);
  return Number(rows[0]?.found ?? 0) <= (isSqlite ? rare.found : rare.sampled);
}

/** Each once; none of a text that is too short, or that no database keeps. */
function groupsOf(folded: string): string[] {
  const characters = Array.from(folded);
  const count = characters.length - GROUP + 1;
  if (count < 1 || folded.includes('\u0000')) return [];
  const step = Math.max(1, count / MOST_GROUPS);
  const starts = Array.from({ length: Math.min(count, MOST_GROUPS) }, (_, index) => Math.floor(index * step));
  return [...new Set(starts.map((start) => characters.slice(start, start + GROUP).join('')))];
}

/** https://www.sqlite.org/fts5.html#full_text_query_syntax */
function matching(groups: readonly string[]): string {
  return groups.map((group) => `"${group.replaceAll('"', '""')}"`).join(' AND ');
}
