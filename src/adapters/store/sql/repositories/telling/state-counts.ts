import type { Kysely } from 'kysely';
import type { IssueState } from '../../../../../core/issues/index.ts';
import type { Delivery } from '../../../../../core/notify/index.ts';
import type { Schema } from '../../schema.ts';
import { OLD_STATES } from './deliveries.ts';

/** How many rows stand in which state: for the metrics page. Issues that were merged away count with what they were merged into. */
export function createStateCounts(db: Kysely<Schema>) {
  return {
    async issues(): Promise<{ state: IssueState; count: number }[]> {
      const rows = await db
        .selectFrom('issue')
        .select(['state', (select) => select.fn.countAll<number>().as('count')])
        .where('merged_into', 'is', null)
        .groupBy('state')
        .execute();
      return rows.map(({ state, count }) => ({ state: state as IssueState, count: Number(count) }));
    },

    async deliveries(): Promise<{ state: Delivery['state']; count: number }[]> {
      const rows = await db
        .selectFrom('delivery')
        .select(['state', (select) => select.fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      const counts = new Map<Delivery['state'], number>();
      for (const { state, count } of rows) {
        const shown = OLD_STATES[state];
        if (shown) counts.set(shown, (counts.get(shown) ?? 0) + Number(count));
      }
      return [...counts].map(([state, count]) => ({ state, count }));
    },
  };
}

export type StateCountStore = ReturnType<typeof createStateCounts>;
