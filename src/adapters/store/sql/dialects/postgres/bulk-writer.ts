import { CompiledQuery, sql } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { EventTable } from '../../schema/events.ts';
import type { BulkWriter, EventRow } from '../dialect.ts';
import { type ArrayColumn, binaryArrays } from './binary-arrays.ts';

/** In the order of the table's columns; an issue comes later. */
const COLUMNS: Readonly<
  Record<Exclude<keyof EventTable, 'issue_id' | 'stored_in_issue'> | 'words', ArrayColumn<EventRow>>
> = {
  seq: { kind: 'bigint', of: ({ event }) => event.seq },
  dedupe: { kind: 'bytea', of: ({ event }) => event.dedupe },
  project_id: { kind: 'bigint', of: ({ event }) => event.project_id },
  id: { kind: 'text', of: ({ event }) => event.id },
  observed_at: { kind: 'bigint', of: ({ event }) => event.observed_at },
  severity: { kind: 'bigint', of: ({ event }) => event.severity },
  service: { kind: 'text', of: ({ event }) => event.service },
  environment: { kind: 'text', of: ({ event }) => event.environment },
  revision: { kind: 'text', of: ({ event }) => event.revision },
  instance: { kind: 'text', of: ({ event }) => event.instance },
  trace_id: { kind: 'text', of: ({ event }) => event.trace_id },
  body: { kind: 'text', of: ({ event }) => event.body },
  detail: { kind: 'bytea', of: ({ event }) => event.detail },
  words: { kind: 'tsvector', of: (row) => row },
};
const NAMES = Object.keys(COLUMNS).join(', ');
const ARRAYS = Object.values(COLUMNS);

/**
 * One statement and an array for each column, however many rows there are. Which rows were stored is only listed when some were not: repeats are
 * rare, and an answer of a row for each event costs both sides.
 */
const INSERT_EVENTS = `
WITH stored AS (
  INSERT INTO event (${NAMES})
  SELECT * FROM unnest(${ARRAYS.map(({ kind }, index) => `$${index + 1}::${kind}[]`).join(', ')}) AS given (${NAMES})
  ON CONFLICT (dedupe) DO NOTHING
  RETURNING seq
)
SELECT CASE WHEN count(*) < cardinality($1::bigint[]) THEN coalesce(json_agg(seq), '[]') END AS seqs FROM stored`;

/** About what a short line takes, so that its room seldom has to grow. */
const BYTES_PER_ROW = 1_024;

/** Rows of one statement: bounds its memory on both sides. */
const CHUNK = 2_000;

export const postgresBulkWriter: BulkWriter = {
  async topSeqs(trx, milliseconds) {
    const { rows } = await sql<{ ms: number; top: number | null }>`
      SELECT ms, (SELECT max(seq) FROM event WHERE seq >= ms * 4096 AND seq < (ms + 1) * 4096) AS top
      FROM unnest(${milliseconds}::bigint[]) AS given (ms)`.execute(trx);
    return new Map(rows.flatMap(({ ms, top }) => (top === null ? [] : [[ms, top]])));
  },

  async insertEvents(trx, rows) {
    const stored = new Set<number>();
    // In the order of their keys: two batches that hold the same repeats wait for each other instead of locking each other out.
    const sorted = rows.toSorted((a, b) => Buffer.compare(a.event.dedupe, b.event.dedupe));
    for (const chunk of chunksOf(sorted, CHUNK)) {
      const parameters = binaryArrays(ARRAYS, chunk, { bytesPerRow: BYTES_PER_ROW });
      const { rows: answer } = await trx.executeQuery<{ seqs: number[] | null }>(
        CompiledQuery.raw(INSERT_EVENTS, parameters),
      );
      for (const seq of answer[0]?.seqs ?? chunk.map(({ event }) => event.seq)) stored.add(seq);
    }
    return stored;
  },

  undone() {},

  async setIssues(trx, changes) {
    const given = [...changes.values()];
    const issueIds = given.map((to) => to?.issueId ?? null);
    const stored = given.map((to) => to?.stored ?? null);
    await sql`UPDATE event SET issue_id = given.issue_id, stored_in_issue = given.stored
      FROM unnest(${[...changes.keys()]}::bigint[], ${issueIds}::text[], ${stored}::bigint[]) AS given (seq, issue_id, stored)
      WHERE event.seq = given.seq AND event.issue_id IS DISTINCT FROM given.issue_id`.execute(trx);
  },
};
