import { CompiledQuery, sql } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { BulkWriter } from '../dialect.ts';
import { toTextVector } from './full-text.ts';

/** One statement and 15 arrays, however many rows: as fast as COPY for batches of this size, and it may meet known rows. */
const INSERT_EVENTS = `
INSERT INTO event (seq, dedupe, project_id, id, observed_at, severity, service, environment, revision, instance, trace_id, body, detail, issue_id, words)
SELECT seq, dedupe, project_id, id, observed_at, severity, service, environment, revision, instance, trace_id, body, detail, issue_id, words::tsvector
FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[],
  $11::text[], $12::text[], $13::bytea[], $14::text[], $15::text[])
  AS given (seq, dedupe, project_id, id, observed_at, severity, service, environment, revision, instance, trace_id, body, detail, issue_id, words)
ON CONFLICT (dedupe) DO NOTHING
RETURNING seq`;

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
      const parameters = [
        chunk.map(({ event }) => event.seq),
        chunk.map(({ event }) => event.dedupe),
        chunk.map(({ event }) => event.project_id),
        chunk.map(({ event }) => event.id),
        chunk.map(({ event }) => event.observed_at),
        chunk.map(({ event }) => event.severity),
        chunk.map(({ event }) => event.service),
        chunk.map(({ event }) => event.environment),
        chunk.map(({ event }) => event.revision),
        chunk.map(({ event }) => event.instance),
        chunk.map(({ event }) => event.trace_id),
        chunk.map(({ event }) => event.body),
        chunk.map(({ event }) => event.detail),
        chunk.map(({ event }) => event.issue_id),
        chunk.map(({ words, fields }) => toTextVector(words, fields)),
      ];
      const inserted = await trx.executeQuery<{ seq: number }>(CompiledQuery.raw(INSERT_EVENTS, parameters));
      for (const { seq } of inserted.rows) stored.add(seq);
    }
    return stored;
  },

  undone() {},

  async setIssues(trx, changes) {
    await sql`UPDATE event SET issue_id = given.issue_id
      FROM unnest(${[...changes.keys()]}::bigint[], ${[...changes.values()]}::text[]) AS given (seq, issue_id)
      WHERE event.seq = given.seq`.execute(trx);
  },
};
