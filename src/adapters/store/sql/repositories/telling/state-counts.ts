import { type Kysely, sql } from 'kysely';
import type { Alert } from '../../../../../core/alerts/index.ts';
import type { IssueState } from '../../../../../core/issues/index.ts';
import type { Delivery } from '../../../../../core/notify/index.ts';
import type { Schema } from '../../schema.ts';
import { OLD_STATES } from './deliveries.ts';
import { isOpen } from './index-conditions.ts';

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

    /** Since when the delivery that is overdue longest has been due, epoch ms; null: none is. Index `delivery_due`. */
    async oldestDueDelivery(now: number): Promise<number | null> {
      const row = await db
        .selectFrom('delivery')
        .select('next_attempt_at')
        .where(isOpen)
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .limit(1)
        .executeTakeFirst();
      return row?.next_attempt_at ?? null;
    },

    /** Changes that no message was made of yet, and since when the oldest of them waits. Index `outbox_untold`. */
    async outbox(kinds: readonly string[]): Promise<{ rows: number; oldestAt: number | null }> {
      const row = await db
        .selectFrom('outbox')
        .select((select) => [select.fn.countAll<number>().as('rows'), select.fn.min<number | null>('at').as('oldest')])
        .where('kind', 'in', kinds)
        .where('told_at', 'is', null)
        .executeTakeFirstOrThrow();
      return { rows: Number(row.rows), oldestAt: row.oldest === null ? null : Number(row.oldest) };
    },

    /** Alerts that are not archived. */
    async alerts(): Promise<{ state: Alert['state']; count: number }[]> {
      const rows = await db
        .selectFrom('alert')
        .select(['state', (select) => select.fn.countAll<number>().as('count')])
        .where('is_archived', '=', 0)
        .groupBy('state')
        .execute();
      return rows.map(({ state, count }) => ({ state: state as Alert['state'], count: Number(count) }));
    },

    /** Runs that wait or run, by index `run_open`, and jobs that are failing. */
    async jobs(): Promise<{ queued: number; running: number; failing: number }> {
      const runs = await db
        .selectFrom('run')
        .select(['status', (select) => select.fn.countAll<number>().as('count')])
        .where(sql<boolean>`status IN ('queued', 'running')`)
        .groupBy('status')
        .execute();
      const failing = await db
        .selectFrom('job')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('is_failing', '=', 1)
        .where('removed_at', 'is', null)
        .executeTakeFirstOrThrow();
      const of = (status: string) => Number(runs.find((row) => row.status === status)?.count ?? 0);
      return { queued: of('queued'), running: of('running'), failing: Number(failing.count) };
    },
  };
}

export type StateCountStore = ReturnType<typeof createStateCounts>;
