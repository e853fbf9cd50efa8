import type { Kysely } from 'kysely';
import type { LeaseStore, SavedViewStore, SettingStore } from '../../../../../core/access/index.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { Schema } from '../../schema.ts';

export function createSavedViewStore(db: Kysely<Schema>): SavedViewStore {
  return {
    async list(userId) {
      const rows = await db
        .selectFrom('saved_view')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('name')
        .execute();
      return rows.map(({ user_id, created_at, ...view }) => ({ ...view, userId: user_id, createdAt: created_at }));
    },

    /** Throws `name_taken` when the user has one of that name for the page. */
    async add({ userId, createdAt, ...view }) {
      const made = await db
        .insertInto('saved_view')
        .values({ ...view, user_id: userId, created_at: createdAt })
        .onConflict((conflict) => conflict.columns(['user_id', 'page', 'name']).doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) throw new GuardianError('name_taken', { path: view.name });
    },

    async remove(id, userId) {
      const { numDeletedRows } = await db
        .deleteFrom('saved_view')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

export function createSettingStore(db: Kysely<Schema>): SettingStore {
  return {
    /** Null when it was never set. */
    async get(name) {
      const row = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
      return row ? (JSON.parse(row.value) as unknown) : null;
    },

    async set(name, value) {
      const text = JSON.stringify(value ?? null);
      await db
        .insertInto('setting')
        .values({ name, value: text })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text }))
        .execute();
    },
  };
}

export function createLeaseStore(db: Kysely<Schema>): LeaseStore {
  return {
    /** One statement: the row changes only for its holder, or once it has run out, so no two can both be told yes. */
    async take(name, holder, now, ttlMs) {
      const expires = now + ttlMs;
      const taken = await db
        .insertInto('lease')
        .values({ name, holder, expires_at: expires })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at: expires })
            .where((eb) => eb.or([eb('lease.holder', '=', holder), eb('lease.expires_at', '<=', now)])),
        )
        .returning('holder')
        .executeTakeFirst();
      return taken?.holder === holder;
    },

    async release(name, holder) {
      await db.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute();
    },
  };
}
