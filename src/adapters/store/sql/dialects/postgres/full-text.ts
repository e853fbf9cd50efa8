import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { FullText, SeqCondition, SeqPage, SeqRange, TextQuery, TextTerm } from '../dialect.ts';

/**
 * A tsvector in the event's row and a GIN index on it. The planner chooses by the words' frequency: rare ones through the index, frequent
 * ones by walking the rows from the newest. The vector is made here, so that both databases find the same words.
 */
export function postgresFullText(db: Kysely<Schema>): FullText {
  return {
    async create(migrating) {
      await sql`ALTER TABLE event ADD COLUMN words tsvector`.execute(migrating);
      await sql`CREATE INDEX event_words ON event USING gin (words)`.execute(migrating);
    },

    // The vector is a column: it goes with its row.
    async remove() {},

    async find(query, range, page, where) {
      const { rows } = await sql<{ seq: number }>`
        SELECT event.seq FROM event WHERE ${matches(query, range, where)} ${ordered(page)}`.execute(db);
      return rows.map(({ seq }) => seq);
    },

    async count(query, range, { fromMs, stepMs, limit }, where) {
      const newest = ordered({ limit, isNewestFirst: true });
      const { rows } = await sql<{ step: number; matches: number; oldest: number }>`
        SELECT (seq / 4096 - ${fromMs}::bigint) / ${stepMs}::bigint AS step, count(*) AS matches, min(seq) AS oldest
        FROM (SELECT event.seq FROM event WHERE ${matches(query, range, where)} ${newest}) AS found
        GROUP BY 1`.execute(db);
      const oldest = rows.length === 0 ? null : Math.min(...rows.map((row) => row.oldest));
      return { steps: rows.map(({ step, matches: found }) => ({ step, matches: found })), oldest };
    },
  };
}

function matches(query: TextQuery, { from, to }: SeqRange, where: SeqCondition | null): RawBuilder<boolean> {
  const seq = sql.ref<number>('event.seq');
  const condition = where ? sql`AND ${where(seq)}` : sql``;
  return sql`event.words @@ ${queryText(query)}::tsquery AND ${seq} >= ${from} AND ${seq} < ${to} ${condition}`;
}

function ordered({ limit, isNewestFirst }: SeqPage): RawBuilder<unknown> {
  return sql`ORDER BY event.seq ${sql.raw(isNewestFirst ? 'DESC' : 'ASC')} LIMIT ${limit}`;
}

/** https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY; tokens hold letters and digits only. */
function queryText({ groups, excluded }: TextQuery): string {
  return [
    ...groups.map((terms) => `(${terms.map(termText).join(' | ')})`),
    ...excluded.map((term) => `!(${termText(term)})`),
  ].join(' & ');
}

function termText({ tokens, isPrefix }: TextTerm): string {
  const last = tokens.length - 1;
  return `(${tokens.map((token, index) => `'${token}'${isPrefix && index === last ? ':*' : ''}`).join(' <-> ')})`;
}
