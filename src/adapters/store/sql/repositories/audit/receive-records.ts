import type { Transaction } from 'kysely';
import {
  type ChainedEntry,
  type PostedOutcome,
  type PostedRecord,
  type Trail,
  trailNameOf,
} from '../../../../../core/audit/index.ts';
import type { Schema } from '../../schema.ts';
import { checkpointRow, entryRow } from './audit-rows.ts';

type EntryRecord = Extract<PostedRecord, { kind: 'entry' }>;

/** Rows of one statement. */
const CHUNK = 500;

/** Keeps what applications send, each at the place that it names; what stands there already stays. */
export async function receiveRecords(
  db: Transaction<Schema>,
  projectId: number,
  records: readonly PostedRecord[],
): Promise<PostedOutcome[]> {
  const outcomes: PostedOutcome[] = records.map(() => 'foreign');
  const trails = await openTrails(db, projectId, records);
  const entries: { place: number; trailId: number; entry: ChainedEntry }[] = [];
  for (const [place, record] of records.entries()) {
    const trailId = trails.get(trailNameOf(trailOfRecord(record))) ?? null;
    if (trailId === null) continue;
    if (record.kind === 'entry') entries.push({ place, trailId, entry: record.entry });
    else outcomes[place] = await addCheckpoint(db, trailId, record);
  }
  for (let from = 0; from < entries.length; from += CHUNK) {
    const chunk = entries.slice(from, from + CHUNK);
    const added = await addEntries(db, chunk);
    for (const { place, trailId, entry } of chunk) {
      // Of the same place twice in one request, the first is the new one.
      const wasAdded = added.delete(`${trailId}/${entry.sequence}`);
      outcomes[place] = wasAdded ? 'new' : await sameOrDifferent(db, trailId, entry);
    }
  }
  return outcomes;
}

/** By name; null for one of another project. */
async function openTrails(
  db: Transaction<Schema>,
  projectId: number,
  records: readonly PostedRecord[],
): Promise<Map<string, number | null>> {
  const trails = new Map<string, number | null>();
  for (const record of records) {
    const trail = trailOfRecord(record);
    const name = trailNameOf(trail);
    if (!trails.has(name)) trails.set(name, await openTrail(db, projectId, name, trail));
  }
  return trails;
}

/** Gives the places, `trail/sequence`, where nothing stood. */
async function addEntries(
  db: Transaction<Schema>,
  entries: readonly { trailId: number; entry: ChainedEntry }[],
): Promise<Set<string>> {
  const added = await db
    .insertInto('audit_entry')
    .values(entries.map(({ trailId, entry }) => entryRow(trailId, entry)))
    .onConflict((conflict) => conflict.columns(['trail_id', 'sequence']).doNothing())
    .returning(['trail_id', 'sequence'])
    .execute();
  return new Set(added.map(({ trail_id, sequence }) => `${trail_id}/${sequence}`));
}

function trailOfRecord(record: PostedRecord): Trail {
  if (record.kind === 'entry') return record.trail;
  return { name: record.checkpoint.trail, epoch: record.checkpoint.epoch };
}

/** Null: it is another project's. */
async function openTrail(db: Transaction<Schema>, projectId: number, name: string, trail: Trail) {
  await db
    .insertInto('audit_trail')
    .values({ name, chain: trail.name, epoch: trail.epoch, project_id: projectId, begun_at: Date.now() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db
    .selectFrom('audit_trail')
    .select(['id', 'project_id'])
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.project_id === projectId ? row.id : null;
}

async function addCheckpoint(
  db: Transaction<Schema>,
  trailId: number,
  record: Extract<PostedRecord, { kind: 'checkpoint' }>,
): Promise<PostedOutcome> {
  const added = await db
    .insertInto('audit_checkpoint')
    .values(checkpointRow(trailId, record))
    .onConflict((conflict) => conflict.columns(['trail_id', 'count', 'key_id']).doNothing())
    .returning('count')
    .executeTakeFirst();
  return added === undefined ? 'known' : 'new';
}

async function sameOrDifferent(
  db: Transaction<Schema>,
  trailId: number,
  { sequence, hash }: EntryRecord['entry'],
): Promise<PostedOutcome> {
  const kept = await db
    .selectFrom('audit_entry')
    .select('hash')
    .where('trail_id', '=', trailId)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
  return kept?.hash === hash ? 'known' : 'different';
}
