import type { Kysely } from 'kysely';
import type { StoredIncident } from '../../../../../core/issues/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';
import { toStoredIncident } from './issue-row.ts';

/** Incidents whole, in the order of their ids. */
export async function incidentsById(db: Kysely<Schema>, ids: readonly string[]): Promise<StoredIncident[]> {
  const found: StoredIncident[] = [];
  for (const chunk of chunksOf(ids)) {
    const rows = await db.selectFrom('incident').selectAll().where('id', 'in', chunk).orderBy('id').execute();
    const members = await membersOf(db, chunk);
    found.push(...rows.map((row) => toStoredIncident(row, members.get(row.id) ?? [])));
  }
  return found;
}

export async function membersOf(
  db: Kysely<Schema>,
  incidentIds: readonly string[],
): Promise<Map<string, StoredIncident['members']>> {
  const members = new Map<string, StoredIncident['members']>();
  for (const chunk of chunksOf(incidentIds)) {
    const rows = await db
      .selectFrom('incident_event')
      .selectAll()
      .where('incident_id', 'in', chunk)
      .orderBy('incident_id')
      .orderBy('event_seq')
      .execute();
    for (const { incident_id, event_seq, folded_by } of rows) {
      const own = members.get(incident_id) ?? [];
      own.push({ eventSeq: event_seq, foldedBy: folded_by });
      members.set(incident_id, own);
    }
  }
  return members;
}
