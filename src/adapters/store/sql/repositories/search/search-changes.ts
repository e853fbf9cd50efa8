import type { SearchChangeStore } from '../../../../../core/events/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { HOUR_MS } from '../events/batch-counts.ts';

/** What makes remembered answers untrue, for all nodes over one database. */
export function createSearchChanges({ kysely }: StoreDialect): SearchChangeStore {
  return {
    async stateOf({ from, to }) {
      // Numbers are given before their rows are seen: one that comes late is told by how many there are.
      const { changes, last } = await kysely
        .selectFrom('search_change')
        .select(({ fn }) => [fn.countAll<number>().as('changes'), fn.max('change').as('last')])
        .where('hour', '>', from - HOUR_MS)
        .where('hour', '<', to)
        .executeTakeFirstOrThrow();
      return `${changes} ${last ?? 0}`;
    },

    async changed(hours, at) {
      if (hours.length === 0) return;
      await kysely
        .insertInto('search_change')
        .values(hours.map((hour) => ({ hour, at })))
        .execute();
    },

    async forget(before) {
      await kysely.deleteFrom('search_change').where('at', '<', before).execute();
    },
  };
}
