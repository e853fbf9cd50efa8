import { sql, type Transaction } from 'kysely';
import type { OutputChunk, OutputStore } from '../../../../../core/jobs/ports.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { RunOutputTable } from '../../schema/jobs.ts';
import type { Schema } from '../../schema.ts';
import { forgetRuns } from './forget-runs.ts';

export interface OutputBounds {
  /** Of one run. */
  bytes: number;
  /** What it began with, and is not dropped. */
  headBytes: number;
}

const COLUMNS = {
  run_id: 'text',
  seq: 'integer',
  at: 'integer',
  stream: 'text',
  text: 'text',
  bytes: 'integer',
} as const;

const BEFORE_ALL = -1;

export function createOutputStore(dialect: StoreDialect, bounds: OutputBounds): OutputStore {
  const { kysely } = dialect;
  return {
    async append(runId, chunks, lostBytes = 0) {
      if (chunks.length === 0 && lostBytes === 0) return;
      const fitting = chunks.map((chunk) => fitChunk(runId, chunk, bounds));
      await kysely.transaction().execute(async (trx) => {
        const run = await trx
          .selectFrom('run')
          .select(['id', 'output_bytes', 'lost_output_bytes', 'output_head_seq'])
          .where('id', '=', runId)
          .modifyEnd(dialect.lock.wait)
          .executeTakeFirst();
        if (!run) throw new GuardianError('not_found', { path: runId });
        const rows = fitting.map(({ row }) => row);
        const added = await add(trx, dialect, rows);
        const total = run.output_bytes + added;
        const head = total > bounds.bytes ? (run.output_head_seq ?? (await endOfHead(trx, runId, bounds))) : null;
        const dropped = head === null ? 0 : await dropMiddle(trx, runId, { head, excess: total - bounds.bytes });
        const cut = fitting.reduce((sum, { lost }) => sum + lost, 0);
        await trx
          .updateTable('run')
          .set({
            output_bytes: total - dropped,
            output_head_seq: head ?? run.output_head_seq,
            lost_output_bytes: run.lost_output_bytes + lostBytes + cut + dropped,
          })
          .where('id', '=', runId)
          .execute();
      });
    },

    async read(runId, { after, limit }) {
      const rows = await kysely
        .selectFrom('run_output')
        .select(['seq', 'at', 'stream', 'text'])
        .where('run_id', '=', runId)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, stream: row.stream as OutputChunk['stream'] }));
    },

    forget: (request) => forgetRuns(dialect, request),
  };
}

/** A chunk that alone would be more than is kept beside the head keeps its end. */
function fitChunk(
  runId: string,
  { seq, at, stream, text }: OutputChunk,
  { bytes: most, headBytes }: OutputBounds,
): { row: RunOutputTable; lost: number } {
  const bytes = Buffer.byteLength(text);
  const room = most - headBytes;
  if (bytes <= room) return { row: { run_id: runId, seq, at, stream, text, bytes }, lost: 0 };
  const kept = wholeCharacters(Buffer.from(text).subarray(bytes - room));
  return {
    row: { run_id: runId, seq, at, stream, text: kept.toString(), bytes: kept.length },
    lost: bytes - kept.length,
  };
}

/** Without the rest of a character that was cut. */
function wholeCharacters(text: Buffer): Buffer {
  let start = 0;
  while (start < 4 && start < text.length && (text[start]! & 0xc0) === 0x80) start++;
  return text.subarray(start);
}

/** Gives the bytes that were added: what is there already is not there twice. */
async function add(trx: Transaction<Schema>, dialect: StoreDialect, rows: readonly RunOutputTable[]): Promise<number> {
  let bytes = 0;
  for (const chunk of chunksOf(rows)) {
    const names = Object.keys(COLUMNS) as (keyof RunOutputTable)[];
    const added = await trx
      .insertInto('run_output')
      .columns(names)
      // SQLite takes `ON CONFLICT` after a SELECT for a join without this.
      .expression(
        trx
          .selectFrom(dialect.given<RunOutputTable>(COLUMNS, chunk).as('given'))
          .select(names)
          .where((eb) => eb.lit(true)),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('bytes')
      .execute();
    for (const row of added) bytes += row.bytes;
  }
  return bytes;
}

/** The last chunk of the head; before all of them when the first one alone is more. Asked for once in a run. */
async function endOfHead(trx: Transaction<Schema>, runId: string, { headBytes }: OutputBounds): Promise<number> {
  const summed = trx
    .selectFrom('run_output')
    .select(['seq', sql<number>`sum(bytes) OVER (ORDER BY seq)`.as('upto')])
    .where('run_id', '=', runId);
  const { seq } = await trx
    .selectFrom(summed.as('summed'))
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('upto', '<=', headBytes)
    .executeTakeFirstOrThrow();
  return seq ?? BEFORE_ALL;
}

/** Oldest first after the head, until what is left fits; gives the bytes that were dropped. */
async function dropMiddle(
  trx: Transaction<Schema>,
  runId: string,
  { head, excess }: { head: number; excess: number },
): Promise<number> {
  let dropped = 0;
  while (dropped < excess) {
    const rows = await trx
      .selectFrom('run_output')
      .select(['seq', 'bytes'])
      .where('run_id', '=', runId)
      .where('seq', '>', head)
      .orderBy('seq')
      .limit(500)
      .execute();
    if (rows.length === 0) break;
    let last = head;
    for (const { seq, bytes } of rows) {
      if (dropped >= excess) break;
      dropped += bytes;
      last = seq;
    }
    await trx
      .deleteFrom('run_output')
      .where('run_id', '=', runId)
      .where('seq', '>', head)
      .where('seq', '<=', last)
      .execute();
  }
  return dropped;
}
