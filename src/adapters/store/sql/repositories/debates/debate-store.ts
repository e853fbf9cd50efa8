import type {
  Debate,
  DebateProgress,
  DebateReader,
  DebateStore,
  DebateSummary,
  DebateTurn,
  DebateUpkeep,
} from '../../../../../core/analysis/index.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { DebateTable } from '../../schema/debates.ts';

/**
 * Debates as they are held. Every change is one conditional UPDATE on a running debate, in one transaction with its turn: after its end,
 * whoever ended it, nothing is added.
 */
export function createDebateStore(dialect: StoreDialect): DebateStore & DebateReader & DebateUpkeep {
  const { kysely } = dialect;
  return {
    async add(debate, aliveUntil) {
      await kysely
        .insertInto('debate')
        .values({ ...rowOf(debate), alive_until: aliveUntil })
        .execute();
    },

    progress: (id, made) =>
      contendedTransaction(dialect, async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('debate')
          .set(changesOf(made))
          .where('id', '=', id)
          .where('state', '=', 'running')
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        if (made.turn === undefined) return true;
        await trx
          .insertInto('debate_turn')
          .values({ debate_id: id, position: made.turn.position, turn: JSON.stringify(made.turn.turn) })
          .onConflict((conflict) => conflict.columns(['debate_id', 'position']).doNothing())
          .execute();
        return true;
      }),

    async end(id, { state, at, because, synthesis, agreement, isOneVoice, cost }) {
      const { numUpdatedRows } = await kysely
        .updateTable('debate')
        .set({
          ...{ state, ended_at: at, ended_because: because, agreement, is_one_voice: isOneVoice ? 1 : 0 },
          synthesis: synthesis === null ? null : JSON.stringify(synthesis),
          cost: JSON.stringify(cost),
        })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async read(id) {
      const row = await kysely.selectFrom('debate').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      const turns = await kysely
        .selectFrom('debate_turn')
        .select('turn')
        .where('debate_id', '=', id)
        .orderBy('position')
        .execute();
      return {
        ...summaryOf(row),
        turns: turns.map(({ turn }) => JSON.parse(turn) as DebateTurn),
        synthesis: row.synthesis === null ? null : (JSON.parse(row.synthesis) as Debate['synthesis']),
      };
    },

    async list({ cursor, limit }) {
      let query = kysely
        .selectFrom('debate')
        .selectAll()
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) {
        const { value, id } = parseCursor(cursor);
        query = query.where((eb) => eb(eb.refTuple('started_at', 'id'), '<', eb.tuple(value, id)));
      }
      const page = toPage(await query.execute(), limit, ({ started_at, id }) => ({ value: started_at, id }));
      return { debates: page.rows.map(summaryOf), next: page.next };
    },

    async failAbandoned({ aliveBefore, at }) {
      const rows = await kysely
        .updateTable('debate')
        .set({ state: 'failed', ended_at: at, ended_because: 'stopped' })
        .where('state', '=', 'running')
        .where('alive_until', '<', aliveBefore)
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },

    forgetBefore: (instant, limit) =>
      contendedTransaction(dialect, async (trx) => {
        const rows = await trx
          .selectFrom('debate')
          .select('id')
          .where('ended_at', '<', instant)
          .orderBy('ended_at')
          .limit(limit)
          .execute();
        const ids = rows.map(({ id }) => id);
        if (ids.length === 0) return 0;
        await trx.deleteFrom('debate_turn').where('debate_id', 'in', ids).execute();
        await trx.deleteFrom('debate').where('id', 'in', ids).execute();
        return ids.length;
      }),
  };
}

/** Columns that stay as they are where nothing is said of them. */
function changesOf({ aliveUntil, agreement, isOneVoice, cost }: DebateProgress): Partial<DebateTable> {
  return {
    alive_until: aliveUntil,
    ...(agreement === undefined ? {} : { agreement }),
    ...(isOneVoice === undefined ? {} : { is_one_voice: isOneVoice ? 1 : 0 }),
    ...(cost === undefined ? {} : { cost: JSON.stringify(cost) }),
  };
}

function rowOf(debate: Debate): Omit<DebateTable, 'alive_until'> {
  const { id, topic, state, startedAt, endedAt, endedBecause, synthesis, agreement, isOneVoice, config, cost } = debate;
  return {
    ...{ id, topic: topic.replaceAll('\0', '\ufffd'), state, agreement },
    ...{ started_at: startedAt, ended_at: endedAt, ended_because: endedBecause, is_one_voice: isOneVoice ? 1 : 0 },
    synthesis: synthesis === null ? null : JSON.stringify(synthesis),
    config: JSON.stringify(config),
    cost: JSON.stringify(cost),
  };
}

function summaryOf(row: DebateTable): DebateSummary {
  return {
    id: row.id,
    topic: row.topic,
    state: row.state as DebateSummary['state'],
    startedAt: row.started_at,
    endedAt: row.ended_at,
    endedBecause: row.ended_because as DebateSummary['endedBecause'],
    agreement: row.agreement,
    isOneVoice: row.is_one_voice === 1,
    config: JSON.parse(row.config) as DebateSummary['config'],
    cost: JSON.parse(row.cost) as DebateSummary['cost'],
  };
}
