import type { Kysely } from 'kysely';
import {
  type AuditStore,
  asEntry,
  type ChainedEntry,
  chainEntry,
  genesisOf,
  OWN_TRAIL,
} from '../../../../../core/audit/index.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { createAuditReader } from './audit-reader.ts';
import { checkpointOf, checkpointRow, entryRow, type TrailRow, trailOf } from './audit-rows.ts';
import { receiveRecords } from './receive-records.ts';
import { tellCheckpoint } from './tell-checkpoint.ts';

/** Whoever lost a place to another node has the next one; each try means that somebody else got on. */
const MOST_TRIES = 1_000;

export function createAuditStore(dialect: Pick<StoreDialect, 'kysely'>): AuditStore {
  const { kysely } = dialect;
  let own: Promise<TrailRow> | null = null;
  const ownTrail = async (): Promise<TrailRow> => {
    own ??= trailByName(kysely, OWN_TRAIL).then((row) => {
      if (row === null) throw new GuardianError('store_damaged', { reason: (m) => m.stores.noTrail });
      return row;
    });
    return own.catch((error: unknown) => {
      own = null;
      throw error;
    });
  };
  let last: Promise<unknown> = Promise.resolve();

  return {
    ...createAuditReader(kysely),

    append(action) {
      // One at a time within this process; among processes the key of the table decides.
      const appended = last.then(async () => {
        const trail = await ownTrail();
        for (let tries = 0; tries < MOST_TRIES; tries++) {
          const head = await headOf(kysely, trail.id);
          const previous = head?.hash ?? genesisOf(trailOf(trail).trail);
          const entry = chainEntry(previous, asEntry(action, (head?.sequence ?? 0) + 1));
          if (await inserted(kysely, trail.id, entry)) return entry;
        }
        throw new GuardianError('store_unavailable', { reason: (m) => m.stores.crowdedTrail });
      });
      last = appended.catch(() => undefined);
      return appended;
    },

    receive: (projectId, records) =>
      kysely.transaction().execute((transaction) => receiveRecords(transaction, projectId, records)),

    async find(name) {
      const row = await trailByName(kysely, name);
      return row === null ? null : trailOf(row);
    },

    async head(name) {
      const row = await trailByName(kysely, name);
      const head = row === null ? undefined : await headOf(kysely, row.id);
      if (row === null || head === undefined) return null;
      return { trail: trailOf(row).trail, count: head.sequence, head: head.hash };
    },

    async checkpoints(name, which) {
      const row = await trailByName(kysely, name);
      if (row === null) return [];
      const all = kysely.selectFrom('audit_checkpoint').selectAll().where('trail_id', '=', row.id);
      const asked = which === 'all' ? all.orderBy('count') : all.orderBy('count', 'desc').limit(1);
      return (await asked.execute()).map((one) => checkpointOf(one, row));
    },

    async addCheckpoint(name, signed) {
      const row = await trailByName(kysely, name);
      if (row === null) throw new GuardianError('not_found', { path: name });
      await kysely
        .insertInto('audit_checkpoint')
        .values(checkpointRow(row.id, signed))
        .onConflict((conflict) => conflict.columns(['trail_id', 'count', 'key_id']).doNothing())
        .execute();
    },

    tell: (name, signed, when) =>
      kysely.transaction().execute((transaction) => tellCheckpoint(transaction, name, signed, when)),

    async anchored(name, count, at) {
      await kysely
        .updateTable('audit_checkpoint')
        .set({ anchored_at: at })
        .where('trail_id', '=', (eb) => eb.selectFrom('audit_trail').select('id').where('name', '=', name))
        .where('count', '<=', count)
        .where('anchored_at', 'is', null)
        .execute();
    },
  };
}

async function trailByName(db: Kysely<Schema>, name: string): Promise<TrailRow | null> {
  return (await db.selectFrom('audit_trail').selectAll().where('name', '=', name).executeTakeFirst()) ?? null;
}

function headOf(db: Kysely<Schema>, trailId: number) {
  return db
    .selectFrom('audit_entry')
    .select(['sequence', 'hash'])
    .where('trail_id', '=', trailId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** False: the place was another's. */
async function inserted(db: Kysely<Schema>, trailId: number, entry: ChainedEntry): Promise<boolean> {
  const added = await db
    .insertInto('audit_entry')
    .values(entryRow(trailId, entry))
    .onConflict((conflict) => conflict.columns(['trail_id', 'sequence']).doNothing())
    .returning('sequence')
    .executeTakeFirst();
  return added !== undefined;
}
