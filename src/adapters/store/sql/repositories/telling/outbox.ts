import type { Insertable, Selectable, Transaction } from 'kysely';
import type { OutboxRow, OutboxStore } from '../../../../../core/notify/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect, Write } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

export function createOutboxStore({ kysely: db, queues }: StoreDialect): OutboxStore {
  return {
    async due(kinds, limit) {
      if (kinds.length === 0) return [];
      const rows = await queues
        .selectFrom('outbox')
        .selectAll()
        .where('kind', 'in', kinds)
        .where('done_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toOutboxRow);
    },

    async done(ids, at) {
      for (let start = 0; start < ids.length; start += 500) {
        await db
          .updateTable('outbox')
          .set({ done_at: at })
          .where('id', 'in', ids.slice(start, start + 500))
          .where('done_at', 'is', null)
          .execute();
      }
    },
  };
}

export function toOutboxRow({
  id,
  at,
  kind,
  project_id,
  subject_id,
  payload,
}: Selectable<Schema['outbox']>): OutboxRow {
  return {
    id,
    at,
    kind,
    projectId: project_id,
    subjectId: subject_id,
    payload: payload === null ? null : (JSON.parse(payload) as Record<string, unknown>),
  };
}

export interface NewOutboxRow {
  kind: string;
  projectId: number | null;
  subjectId: string;
  payload: Record<string, unknown> | null;
}

/** In the transaction of the change itself. */
export async function addOutboxRows(
  trx: Transaction<Schema>,
  entries: readonly NewOutboxRow[],
  at: number,
): Promise<void> {
  for (const write of writesOfOutbox(entries, at)) await write(trx).execute();
}

/** For one way to the database with other writes of the change. */
export function writesOfOutbox(entries: readonly NewOutboxRow[], at: number): Write[] {
  return chunksOf(entries).map((some): Write => {
    const rows = some.map(
      ({ kind, projectId, subjectId, payload }): Insertable<Schema['outbox']> => ({
        at,
        kind,
        project_id: projectId,
        subject_id: subjectId,
        payload: payload && JSON.stringify(payload),
        done_at: null,
      }),
    );
    return (db) => db.insertInto('outbox').values(rows);
  });
}
