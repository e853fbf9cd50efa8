import type { Kysely } from 'kysely';
import type { SourceStateStore } from '../../../../../core/events/ports.ts';
import type { Schema } from '../../schema.ts';

export function createSourceStates(db: Kysely<Schema>): SourceStateStore {
  return {
    async of(sources) {
      if (sources.length === 0) return [];
      const rows = await db.selectFrom('source_state').selectAll().where('source', 'in', sources).execute();
      return rows.map(({ source, seen_until, problem, failing_since }) => ({
        source,
        seenUntil: seen_until,
        problem,
        failingSince: failing_since,
      }));
    },

    async note({ source, seenUntil, problem, failingSince }) {
      const told = { seen_until: seenUntil, problem, failing_since: failingSince };
      await db
        .insertInto('source_state')
        .values({ source, ...told })
        .onConflict((conflict) => conflict.column('source').doUpdateSet(told))
        .execute();
    },
  };
}
