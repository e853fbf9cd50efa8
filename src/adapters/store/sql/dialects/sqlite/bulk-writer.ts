import { CompiledQuery, sql, type Transaction } from 'kysely';
import type { EventTable, Schema } from '../../schema.ts';
import type { BulkWriter, EventRow } from '../dialect.ts';

const EVENT_COLUMNS = [
  'seq',
  'dedupe',
  'project_id',
  'id',
  'observed_at',
  'severity',
  'service',
  'environment',
  'revision',
  'instance',
  'trace_id',
  'body',
  'detail',
  'issue_id',
] as const satisfies readonly (keyof EventTable)[];

/** Rows of one statement: beyond 64 nothing is gained, and its text is kept prepared. */
const CHUNK = 64;

const INSERT_EVENTS = Array.from({ length: CHUNK + 1 }, (_, rows) => insertEventsText(rows));
const INSERT_TEXTS = Array.from({ length: CHUNK + 1 }, (_, rows) => insertTextsText(rows));

function insertEventsText(rows: number): string {
  const row = `(${EVENT_COLUMNS.map(() => '?').join(',')})`;
  return `INSERT INTO event (${EVENT_COLUMNS.join(',')}) VALUES ${Array(rows).fill(row).join(',')} ON CONFLICT (dedupe) DO NOTHING RETURNING seq`;
}

function insertTextsText(rows: number): string {
  return `INSERT INTO event_text (rowid, words) VALUES ${Array(rows).fill('(?,?)').join(',')}`;
}

export const sqliteBulkWriter: BulkWriter = {
  async topSeqs(trx, milliseconds) {
    const { rows } = await sql<{ ms: number; top: number | null }>`
      SELECT value AS ms, (SELECT max(seq) FROM event WHERE seq >= value * 4096 AND seq < (value + 1) * 4096) AS top
      FROM json_each(${JSON.stringify(milliseconds)})`.execute(trx);
    return new Map(rows.flatMap(({ ms, top }) => (top === null ? [] : [[ms, top]])));
  },

  async insertEvents(trx, rows) {
    const stored = new Set<number>();
    for (let start = 0; start < rows.length; start += CHUNK) {
      await insertChunk(trx, rows.slice(start, start + CHUNK), stored);
    }
    return stored;
  },

  async setIssues(trx, changes) {
    await sql`UPDATE event SET issue_id = given.value ->> 1 FROM json_each(${JSON.stringify([...changes])}) AS given
      WHERE event.seq = given.value ->> 0`.execute(trx);
  },
};

async function insertChunk(trx: Transaction<Schema>, chunk: readonly EventRow[], stored: Set<number>): Promise<void> {
  const values = chunk.flatMap(({ event }) => EVENT_COLUMNS.map((column) => event[column]));
  const inserted = await trx.executeQuery<{ seq: number }>(CompiledQuery.raw(INSERT_EVENTS[chunk.length]!, values));
  const own = new Set(inserted.rows.map(({ seq }) => seq));
  const texts = chunk
    .filter(({ event }) => own.has(event.seq))
    .flatMap(({ event, words, fields }) => [event.seq, `${words.join(' ')} ${fields.join(' ')}`]);
  if (texts.length > 0) await trx.executeQuery(CompiledQuery.raw(INSERT_TEXTS[texts.length / 2]!, texts));
  for (const seq of own) stored.add(seq);
}
