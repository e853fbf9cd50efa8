import type { KeptKey, KeyOutcome, SealingKeyStore } from '../../../../../core/sealing/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { SealingKeyTable } from '../../schema/sealing.ts';

/** The low bits of an event's seq count within its millisecond. */
const SEQS_PER_MILLISECOND = 4096;

export function createSealingKeyStore({ kysely }: Pick<StoreDialect, 'kysely'>): SealingKeyStore {
  return {
    add: (keys) =>
      kysely.transaction().execute(async (trx) => {
        const outcomes: KeyOutcome[] = [];
        for (const key of keys) {
          const added = await trx
            .insertInto('sealing_key')
            .values(rowOf(key))
            .onConflict((conflict) => conflict.columns(['id', 'project_id']).doNothing())
            .returning('id')
            .executeTakeFirst();
          if (added) {
            outcomes.push('new');
            continue;
          }
          const known = await trx
            .selectFrom('sealing_key')
            .select('wrapped')
            .where('id', '=', key.id)
            .where('project_id', '=', key.projectId)
            .executeTakeFirst();
          outcomes.push(known?.wrapped === key.wrapped ? 'known' : 'different');
        }
        return outcomes;
      }),

    async find(id, projectId) {
      let keys = kysely.selectFrom('sealing_key').selectAll().where('id', '=', id).orderBy('project_id').limit(16);
      if (projectId !== null) keys = keys.where('project_id', '=', projectId);
      return (await keys.execute()).map(keyOf);
    },

    async list(limit) {
      const newest = kysely.selectFrom('sealing_key').selectAll().orderBy('created_at', 'desc').orderBy('id');
      return (await newest.limit(limit).execute()).map(keyOf);
    },

    async forget({ createdBefore, limit }) {
      const old = await kysely
        .selectFrom('sealing_key')
        .select(['id', 'project_id'])
        .where('created_at', '<', createdBefore)
        .where('received_at', '<', createdBefore)
        .orderBy('created_at')
        .limit(limit)
        .execute();
      for (const { id, project_id } of old)
        await kysely.deleteFrom('sealing_key').where('id', '=', id).where('project_id', '=', project_id).execute();
      return old.length;
    },

    async remove({ id, projectId }) {
      const { numDeletedRows } = await kysely
        .deleteFrom('sealing_key')
        .where('id', '=', id)
        .where('project_id', '=', projectId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async oldestEventAt() {
      const oldest = await kysely.selectFrom('event').select('seq').orderBy('seq').limit(1).executeTakeFirst();
      return oldest === undefined ? null : Math.floor(oldest.seq / SEQS_PER_MILLISECOND);
    },
  };
}

function rowOf({ id, projectId, wrappedBy, wrapped, createdAt, receivedAt }: KeptKey): SealingKeyTable {
  return {
    id,
    project_id: projectId,
    wrapped_by: wrappedBy,
    wrapped,
    created_at: createdAt,
    received_at: receivedAt,
  };
}

function keyOf(row: SealingKeyTable): KeptKey {
  return {
    id: row.id,
    projectId: row.project_id,
    wrappedBy: row.wrapped_by,
    wrapped: row.wrapped,
    createdAt: row.created_at,
    receivedAt: row.received_at,
  };
}
