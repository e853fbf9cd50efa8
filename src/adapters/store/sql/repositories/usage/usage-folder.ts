import { sql, type Transaction } from 'kysely';
import { countFacts } from '../../../../../core/usage/index.ts';
import type { ErasedNames, FoldRequest, UsageFact, UsageFolder, WaitingFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { erasedNames } from './erased-names.ts';
import { keepLiveNames } from './live-names.ts';
import { addUsageCounts } from './usage-counts.ts';
import { keepUsageRows } from './usage-rows.ts';
import { noteNumbers } from './usage-senders.ts';
import { formUserSessions } from './usage-sessions.ts';
import { addSketches } from './usage-sketches.ts';
import { bumpVersions } from './usage-versions.ts';

/**
 * Facts wait in the inbox, made durable with the request that brought them; here they become rows, sessions and counts, in one
 * transaction that also takes them off. A fact is counted when its row is new, so repeats count once: in one batch, in another, after
 * the inbox forgot them. Two nodes that fold take turns by the lock on the inbox's rows.
 */
export function createUsageFolder(dialect: StoreDialect): UsageFolder {
  const { kysely } = dialect;
  return {
    fold: (request) =>
      kysely.transaction().execute(async (trx) => {
        const waiting = await take(trx, dialect, request.limit);
        if (waiting.length === 0) return { taken: 0, repeats: 0, refused: 0 };
        const erased = await erasedNames(trx);
        const taken = waiting.filter(({ fact }) => fact.kind !== 'refused' && !isRefused(fact, request, erased));
        const named = await keepLiveNames(trx, dialect, taken, request.timeoutMs);
        const fresh = await keepUsageRows(trx, dialect, named);
        const increments = countFacts(fresh.flatMap(countedFact));
        await addUsageCounts(trx, dialect, increments);
        await addSketches(trx, dialect, fresh);
        const changed = await formUserSessions(trx, dialect, fresh, request.timeoutMs);
        await bumpVersions(trx, [...increments.users, ...changed]);
        await noteNumbers(trx, dialect, waiting);
        return {
          taken: waiting.length,
          repeats: named.length - fresh.length,
          refused: waiting.length - taken.length,
        };
      }),

    async closeSessions({ at, timeoutMs }) {
      const { numUpdatedRows } = await kysely
        .updateTable('user_sessions')
        .set((eb) => ({
          session_end: eb.ref('last_activity'),
          duration_seconds: sql<number>`(last_activity - session_start + 500) / 1000`,
          end_reason: 'inactive',
        }))
        .where('session_end', 'is', null)
        .where('last_activity', '<', at - timeoutMs)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) await forgetAliases(kysely);
      return Number(numUpdatedRows);
    },

    async waiting() {
      const { count } = await kysely
        .selectFrom('usage_inbox')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

function isRefused(fact: UsageFact, { isRefused: refuses }: FoldRequest, erased: ErasedNames): boolean {
  if (refuses === undefined || !('who' in fact) || fact.who === null) return false;
  const { user, userBefore } = fact.who;
  return refuses(user, fact.at, erased) || (userBefore !== null && refuses(userBefore, fact.at, erased));
}

/** Names that a session joined are no longer joined once it is over. */
async function forgetAliases(kysely: StoreDialect['kysely']): Promise<void> {
  await kysely
    .deleteFrom('usage_alias')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('user_sessions')
            .select('user_sessions.id')
            .whereRef('user_sessions.user_email', '=', 'usage_alias.kept_as')
            .where('user_sessions.session_end', 'is', null),
        ),
      ),
    )
    .execute();
}

async function take(trx: Transaction<Schema>, dialect: StoreDialect, limit: number): Promise<WaitingFact[]> {
  let query = trx.selectFrom('usage_inbox').selectAll().orderBy('seq').limit(limit);
  if (dialect.lock.isNeeded) query = query.modifyEnd(dialect.lock.wait);
  const rows = await query.execute();
  for (const seqs of chunksOf(rows.map(({ seq }) => seq)))
    await trx.deleteFrom('usage_inbox').where('seq', 'in', seqs).execute();
  return rows.map(({ project_id, fact }) => ({ projectId: project_id, fact: JSON.parse(fact) as UsageFact }));
}

function countedFact({ projectId, fact }: WaitingFact) {
  return fact.kind === 'request' || fact.kind === 'error' ? [{ projectId, fact }] : [];
}
