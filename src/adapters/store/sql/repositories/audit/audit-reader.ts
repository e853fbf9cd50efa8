import type { Kysely } from 'kysely';
import type { AuditStore } from '../../../../../core/audit/index.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { Schema } from '../../schema.ts';
import { entryOf, trailOf } from './audit-rows.ts';

export function createAuditReader(db: Kysely<Schema>): Pick<AuditStore, 'entries' | 'search' | 'trails'> {
  return {
    async entries(name, after, limit) {
      const rows = await ofTrail(db, name).where('sequence', '>', after).orderBy('sequence').limit(limit).execute();
      return rows.map(entryOf);
    },

    async search({ trail, actors, action, object, from, to, cursor, limit }) {
      let entries = ofTrail(db, trail)
        .orderBy('sequence', 'desc')
        .limit(limit + 1);
      if (actors !== undefined) entries = entries.where('actor', 'in', actors);
      if (action !== undefined) entries = entries.where('action', '=', action);
      if (object !== undefined) entries = entries.where('object', '=', object);
      if (from !== undefined) entries = entries.where('at', '>=', from);
      if (to !== undefined) entries = entries.where('at', '<=', to);
      if (cursor !== null) entries = entries.where('sequence', '<', parseCursor(cursor).value);
      const { rows, next } = toPage(await entries.execute(), limit, ({ sequence }) => ({ value: sequence, id: '' }));
      return { items: rows.map(entryOf), nextCursor: next };
    },

    async trails(limit) {
      const rows = await db
        .selectFrom('audit_trail')
        .selectAll()
        .orderBy((eb) => eb.case().when('project_id', 'is', null).then(0).else(1).end())
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return Promise.all(rows.map(async (row) => ({ ...trailOf(row), ...(await stateOf(db, row.id)) })));
    },
  };
}

async function stateOf(db: Kysely<Schema>, trailId: number) {
  const [last, checkpoint] = await Promise.all([
    db
      .selectFrom('audit_entry')
      .select(['sequence', 'at'])
      .where('trail_id', '=', trailId)
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst(),
    db
      .selectFrom('audit_checkpoint')
      .select(['count', 'at', 'anchored_at'])
      .where('trail_id', '=', trailId)
      .orderBy('count', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  return {
    entries: last?.sequence ?? 0,
    lastAt: last?.at ?? null,
    lastCheckpoint: checkpoint
      ? { count: checkpoint.count, at: checkpoint.at, isAnchored: checkpoint.anchored_at !== null }
      : null,
  };
}

function ofTrail(db: Kysely<Schema>, name: string) {
  return db
    .selectFrom('audit_entry')
    .selectAll()
    .where('trail_id', '=', (eb) => eb.selectFrom('audit_trail').select('id').where('name', '=', name));
}
