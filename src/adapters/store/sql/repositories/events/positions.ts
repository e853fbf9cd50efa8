import type { Kysely } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { PositionStore } from '../../store.ts';
import { savePosition } from './event-appender.ts';

export function createPositionStore(db: Kysely<Schema>): PositionStore {
  return {
    async get(source) {
      const found = await db
        .selectFrom('source_position')
        .select('position')
        .where('source', '=', source)
        .executeTakeFirst();
      return found?.position ?? null;
    },
    set: (source, position, at) => savePosition(db, source, position, at),
  };
}
