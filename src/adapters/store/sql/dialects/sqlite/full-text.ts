import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { FullText, SeqCondition, SeqPage, SeqRange, TextQuery, TextTerm } from '../dialect.ts';
import { expandBeginning } from './vocabulary.ts';

/**
 * FTS5 with rowid = seq, so that newest first is a walk of the index from its end, and a range of time is a range of it. Contentless: the
 * text stands in `event`. Words and fields share one column, kept apart by the fields' mark.
 *
 * Variants on 400,000 events of 100 bytes with six fields, one thread, events/s and bytes an event (the table with its two indexes alone:
 * 249,000 and 218): as it is 70,000 and 343; two columns 65,500 and 353; detail=none 74,000 and 308, but phrases would need the rows;
 * tokenize=ascii 70,800; automerge=0 79,900, but one commit of 333 ms; automerge=16 with crisismerge=32 79,100 and 339, longest commit 44 ms;
 * hashsize of 16 MB 69,400; pages of 8 or 16 kB 70,900.
 */
const CREATE = `CREATE VIRTUAL TABLE event_text USING fts5(words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`;
const SETTINGS = { automerge: 16, crisismerge: 32 };

export function sqliteFullText(db: Kysely<Schema>): FullText {
  return {
    async create(migrating) {
      await sql.raw(CREATE).execute(migrating);
      await sql`CREATE TABLE event_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)`.execute(migrating);
      for (const [name, value] of Object.entries(SETTINGS)) {
        await sql`INSERT INTO event_text (event_text, rank) VALUES (${name}, ${value})`.execute(migrating);
      }
    },

    async remove(trx, seqs) {
      await sql`DELETE FROM event_text WHERE rowid IN (SELECT value FROM json_each(${JSON.stringify(seqs)}))`.execute(
        trx,
      );
    },

    async find(asked, range, page, where) {
      const query = await expanded(db, asked);
      const { rows } = await sql<{ seq: number }>`
        SELECT event_text.rowid AS seq FROM event_text WHERE ${matches(query, range, where)} ${ordered(page)}`.execute(
        db,
      );
      return rows.map(({ seq }) => seq);
    },

    async count(asked, range, { fromMs, stepMs, limit }, where) {
      const query = await expanded(db, asked);
      const newest = ordered({ limit, isNewestFirst: true });
      const { rows } = await sql<{ step: number; matches: number; oldest: number }>`
        SELECT (seq / 4096 - ${fromMs}) / ${stepMs} AS step, count(*) AS matches, min(seq) AS oldest
        FROM (SELECT event_text.rowid AS seq FROM event_text WHERE ${matches(query, range, where)} ${newest})
        GROUP BY 1`.execute(db);
      const oldest = rows.length === 0 ? null : Math.min(...rows.map((row) => row.oldest));
      return { steps: rows.map(({ step, matches: found }) => ({ step, matches: found })), oldest };
    },
  };
}

async function expanded(db: Kysely<Schema>, { groups, excluded }: TextQuery): Promise<TextQuery> {
  const expand = async (terms: readonly TextTerm[]) =>
    (await Promise.all(terms.map((term) => expandBeginning(db, term)))).flat();
  return { groups: await Promise.all(groups.map(expand)), excluded: await expand(excluded) };
}

function matches(query: TextQuery, { from, to }: SeqRange, where: SeqCondition | null): RawBuilder<boolean> {
  const rowid = sql.ref<number>('event_text.rowid');
  const condition = where ? sql`AND ${where(rowid)}` : sql``;
  return sql`event_text MATCH ${matchText(query)} AND ${rowid} >= ${from} AND ${rowid} < ${to} ${condition}`;
}

function ordered({ limit, isNewestFirst }: SeqPage): RawBuilder<unknown> {
  return sql`ORDER BY event_text.rowid ${sql.raw(isNewestFirst ? 'DESC' : 'ASC')} LIMIT ${limit}`;
}

/** https://www.sqlite.org/fts5.html#full_text_query_syntax; tokens hold letters and digits only, so quoting them is enough. */
function matchText({ groups, excluded }: TextQuery): string {
  const required = groups.map((terms) => `(${terms.map(termText).join(' OR ')})`).join(' AND ');
  return excluded.length === 0 ? required : `(${required}) NOT (${excluded.map(termText).join(' OR ')})`;
}

function termText({ tokens, isPrefix }: TextTerm): string {
  return `"${tokens.join(' ')}"${isPrefix ? ' *' : ''}`;
}
