import { CompiledQuery, sql, type Transaction } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { EventTable } from '../../schema/events.ts';
import type { Schema } from '../../schema.ts';
import type { BulkWriter, EventRow } from '../dialect.ts';
import { tellAdded } from './event-watch.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

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
  return `INSERT INTO event (${EVENT_COLUMNS.join(',')}) VALUES ${Array(rows).fill(row).join(',')} ON CONFLICT (dedupe) DO NOTHING`;
}

function insertTextsText(rows: number): string {
  return `INSERT INTO event_text (rowid, words) VALUES ${Array(rows).fill('(?,?)').join(',')}`;
}

export function createSqliteBulkWriter(): BulkWriter {
  const vocabulary = createVocabulary();
  return {
    async topSeqs(trx, milliseconds) {
      const { rows } = await sql<{ ms: number; top: number | null }>`
      SELECT value AS ms, (SELECT max(seq) FROM event WHERE seq >= value * 4096 AND seq < (value + 1) * 4096) AS top
      FROM json_each(${JSON.stringify(milliseconds)})`.execute(trx);
      return new Map(rows.flatMap(({ ms, top }) => (top === null ? [] : [[ms, top]])));
    },

    async insertEvents(trx, rows) {
      const stored = new Set<number>();
      const fresh = new Set<string>();
      for (const chunk of chunksOf(rows, CHUNK)) await insertChunk(trx, { chunk, stored, vocabulary, fresh });
      await vocabulary.keep(trx, fresh);
      await tellAdded(trx, stored);
      return stored;
    },

    async setIssues(trx, changes) {
      const given = [...changes].map(([seq, to]) => [seq, to?.issueId ?? null, to?.stored ?? null]);
      await sql`UPDATE event SET issue_id = given.value ->> 1, stored_in_issue = given.value ->> 2
      FROM json_each(${JSON.stringify(given)}) AS given
      WHERE event.seq = given.value ->> 0 AND event.issue_id IS NOT given.value ->> 1`.execute(trx);
    },

    undone: vocabulary.forget,
  };
}

interface Chunk {
  chunk: readonly EventRow[];
  /** Gains the seqs that were stored. */
  stored: Set<number>;
  vocabulary: Vocabulary;
  /** Gains the words that are not known. */
  fresh: Set<string>;
}

async function insertChunk(trx: Transaction<Schema>, { chunk, stored, vocabulary, fresh }: Chunk): Promise<void> {
  const values = new Array<unknown>(chunk.length * EVENT_COLUMNS.length);
  let at = 0;
  for (const { event } of chunk) for (const column of EVENT_COLUMNS) values[at++] = event[column];
  const { numAffectedRows } = await trx.executeQuery(CompiledQuery.raw(INSERT_EVENTS[chunk.length]!, values));
  const isWhole = numAffectedRows === BigInt(chunk.length);
  // Asking only then is a fifth faster than RETURNING: repeats are rare.
  const own = isWhole ? chunk : await onlyStored(trx, chunk);
  const texts: unknown[] = [];
  for (const { event, words, fields } of own) {
    const leads = vocabulary.leadsOf(words, fresh);
    const tokens = leads.length === 0 ? words.concat(fields) : words.concat(leads, fields);
    texts.push(event.seq, tokens.join(' '));
    stored.add(event.seq);
  }
  if (own.length > 0) await trx.executeQuery(CompiledQuery.raw(INSERT_TEXTS[own.length]!, texts));
}

/** Sequences are new, so that those that are there were stored just now. */
async function onlyStored(trx: Transaction<Schema>, chunk: readonly EventRow[]): Promise<EventRow[]> {
  const rows = await trx
    .selectFrom('event')
    .select('seq')
    .where(
      'seq',
      'in',
      chunk.map(({ event }) => event.seq),
    )
    .execute();
  const there = new Set(rows.map(({ seq }) => seq));
  return chunk.filter(({ event }) => there.has(event.seq));
}
