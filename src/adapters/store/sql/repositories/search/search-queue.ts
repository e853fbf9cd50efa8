import { type Kysely, sql } from 'kysely';
import type { SearchProgress, SearchQueueStore } from '../../../../../core/events/index.ts';
import type { Clock } from '../../../../../core/shared/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { loadEvents } from '../events/event-row.ts';

const NAME = 'cluster';
/** Rows of the queue that are looked through at once when it has become too long. */
const SHORTEN_ROWS = 20_000;

/**
 * What the search cluster has still to be told. The database itself queues every change of an event, in the transaction of the change; a row leaves
 * when the cluster has confirmed what the event is now. So nothing is lost by a crash at any point, and repeats change nothing.
 */
export function createSearchQueue(dialect: StoreDialect, clock: Clock): SearchQueueStore {
  const { kysely } = dialect;
  return {
    async follow(identity) {
      const isKnown = async (db: Kysely<Schema>) =>
        (await db.selectFrom('search_target').select('identity').executeTakeFirst())?.identity === identity;
      if (await isKnown(kysely)) return;
      await kysely.transaction().execute(async (trx) => {
        // Writers that have not seen that there is a cluster end first: what they write stands before the filling begins.
        if (dialect.kind === 'postgres') await sql`LOCK TABLE event IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
        if (await isKnown(trx)) return;
        await trx.deleteFrom('search_queue').execute();
        await trx.deleteFrom('search_target').execute();
        await trx
          .insertInto('search_target')
          .values({
            name: NAME,
            identity,
            filling_before: Number.MAX_SAFE_INTEGER,
            refused: 0,
            refused_reason: null,
            refused_at: null,
          })
          .execute();
      });
    },

    async unfollow() {
      const known = await kysely.selectFrom('search_target').select('identity').executeTakeFirst();
      if (!known) return;
      await kysely.transaction().execute(async (trx) => {
        await trx.deleteFrom('search_target').execute();
        await trx.deleteFrom('search_queue').execute();
      });
    },

    async progress(): Promise<SearchProgress | null> {
      const target = await kysely.selectFrom('search_target').selectAll().executeTakeFirst();
      if (!target) return null;
      const ends = await kysely
        .selectFrom('search_queue')
        .select(({ fn }) => [fn.min('arrival').as('first'), fn.max('arrival').as('last')])
        .executeTakeFirstOrThrow();
      const oldest =
        ends.first === null
          ? null
          : await kysely.selectFrom('search_queue').select('at').where('arrival', '=', ends.first).executeTakeFirst();
      return {
        identity: target.identity,
        isFilling: target.filling_before !== null,
        waiting: ends.first === null ? 0 : ends.last! - ends.first + 1,
        oldestAt: oldest?.at ?? null,
        refused: target.refused,
        refusedReason: target.refused_reason,
        refusedAt: target.refused_at,
      };
    },

    async waiting(limit) {
      const rows = await kysely
        .selectFrom('search_queue')
        .select(['arrival', 'seq'])
        .orderBy('arrival')
        .limit(limit)
        .execute();
      const seqs = [...new Set(rows.map(({ seq }) => seq))];
      const there = new Map((await loadEvents(kysely, seqs)).map((event) => [event.seq, event]));
      const arrivals = rows.map(({ arrival }) => arrival);
      return { arrivals, changes: seqs.map((seq) => ({ seq, event: there.get(seq) ?? null })) };
    },

    async told({ arrivals, changes }) {
      await kysely.transaction().execute(async (trx) => {
        let gone = 0;
        for (const chunk of chunksOf(arrivals)) {
          const { numDeletedRows } = await trx
            .deleteFrom('search_queue')
            .where('arrival', 'in', chunk)
            .executeTakeFirst();
          gone += Number(numDeletedRows);
        }
        if (gone === arrivals.length) return;
        // Another node told some of it meanwhile, perhaps something newer, which this one has written over: once more.
        const [now] = await trx.selectFrom('search_target').select('name').execute();
        if (!now) return;
        for (const chunk of chunksOf(changes)) {
          const at = clock.now();
          await trx
            .insertInto('search_queue')
            .values(chunk.map(({ seq }) => ({ seq, at })))
            .execute();
        }
      });
    },

    async filling(limit) {
      const target = await kysely.selectFrom('search_target').select('filling_before').executeTakeFirst();
      if (!target || target.filling_before === null) return [];
      const rows = await kysely
        .selectFrom('event')
        .select('seq')
        .where('seq', '<', target.filling_before)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      if (rows.length === 0) await kysely.updateTable('search_target').set({ filling_before: null }).execute();
      const seqs = rows.map(({ seq }) => seq);
      const there = new Map((await loadEvents(kysely, seqs)).map((event) => [event.seq, event]));
      // What was deleted since stands in the queue too.
      return seqs.map((seq) => ({ seq, event: there.get(seq) ?? null }));
    },

    async filled(before) {
      await kysely
        .updateTable('search_target')
        .set({ filling_before: before })
        .where('filling_before', '>', before)
        .execute();
    },

    async refuse(count, reason) {
      await kysely
        .updateTable('search_target')
        .set(({ eb }) => ({ refused: eb('refused', '+', count), refused_reason: reason, refused_at: clock.now() }))
        .execute();
    },

    async shorten(bound) {
      const ends = await kysely
        .selectFrom('search_queue')
        .select(({ fn }) => [fn.min('arrival').as('first'), fn.max('arrival').as('last')])
        .executeTakeFirstOrThrow();
      if (ends.first === null || ends.last! - ends.first < bound) return false;
      await kysely.updateTable('search_target').set({ filling_before: Number.MAX_SAFE_INTEGER }).execute();
      for (let from = ends.first; from <= ends.last!; from += SHORTEN_ROWS) {
        await kysely
          .deleteFrom('search_queue')
          .where('arrival', '>=', from)
          .where('arrival', '<', Math.min(from + SHORTEN_ROWS, ends.last! + 1))
          .where(({ exists, selectFrom }) =>
            exists(selectFrom('event').select('event.seq').whereRef('event.seq', '=', 'search_queue.seq')),
          )
          .execute();
      }
      return true;
    },
  };
}
