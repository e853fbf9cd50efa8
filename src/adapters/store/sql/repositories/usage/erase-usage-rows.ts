import type { Transaction } from 'kysely';
import { type CountIncrement, startOf } from '../../../../../core/usage/index.ts';
import type { UsageFact } from '../../../../../core/usage/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { addCounts } from './usage-counts.ts';
import { bumpVersions } from './usage-versions.ts';

const STEPS = ['minute', 'hour', 'day'] as const;

/**
 * Sessions, marks and counts of the user go; uses and errors stay as anybody's, and what was counted for somebody is counted as anonymous: sums
 * are the same as before. One transaction.
 */
export function eraseUsageRows(
  dialect: StoreDialect,
  { names, hashes, at }: { names: readonly string[]; hashes: readonly string[]; at: number },
): Promise<Record<string, number>> {
  return dialect.kysely.transaction().execute(async (trx) => {
    const rows: Record<string, number> = {};
    for (const chunk of chunksOf(hashes))
      await trx
        .insertInto('usage_erased')
        .values(chunk.map((hash) => ({ hash, at })))
        .onConflict((conflict) => conflict.column('hash').doUpdateSet((eb) => ({ at: eb.ref('excluded.at') })))
        .execute();
    rows.usage_inbox = await eraseWaiting(trx, new Set(names));
    await moveCounts(trx, dialect, names);
    const touched = await trx
      .selectFrom('usage_user')
      .select(['step', 'at', 'service'])
      .where('user_email', 'in', [...names])
      .execute();
    for (const table of ['user_sessions', 'usage_mark', 'usage_user'] as const) {
      const { numDeletedRows } = await trx
        .deleteFrom(table as 'user_sessions')
        .where('user_email', 'in', [...names])
        .executeTakeFirstOrThrow();
      rows[table] = Number(numDeletedRows);
    }
    const uses = await trx
      .updateTable('feature_usage')
      .set({ user_email: null, client: null, request_id: null })
      .where('user_email', 'in', [...names])
      .executeTakeFirstOrThrow();
    rows.feature_usage = Number(uses.numUpdatedRows);
    const errors = await trx
      .updateTable('user_errors')
      .set({ user_email: null, request_id: null })
      .where('user_email', 'in', [...names])
      .executeTakeFirstOrThrow();
    rows.user_errors = Number(errors.numUpdatedRows);
    await trx
      .deleteFrom('usage_alias')
      .where((eb) => eb.or([eb('name', 'in', [...names]), eb('kept_as', 'in', [...names])]))
      .execute();
    await bumpVersions(trx, touched);
    return rows;
  });
}

/** Of what waits to be folded nothing is counted yet: it goes whole, but for its number, which nobody is to take for lost. */
async function eraseWaiting(trx: Transaction<Schema>, names: ReadonlySet<string>): Promise<number> {
  let gone = 0;
  for (let after = -1; ; ) {
    const rows = await trx
      .selectFrom('usage_inbox')
      .select(['seq', 'fact'])
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(2_000)
      .execute();
    if (rows.length === 0) return gone;
    after = rows.at(-1)!.seq;
    for (const { seq, fact: json } of rows) {
      const fact = JSON.parse(json) as UsageFact;
      if (!isOf(fact, names)) continue;
      gone++;
      const left = refusedFact(fact);
      if (left === null) await trx.deleteFrom('usage_inbox').where('seq', '=', seq).execute();
      else
        await trx
          .updateTable('usage_inbox')
          .set({ fact: JSON.stringify(left) })
          .where('seq', '=', seq)
          .execute();
    }
  }
}

/** Null: it has no number. */
function refusedFact({ id, at, service, sender, sequence }: UsageFact): UsageFact | null {
  if (sender === null || sequence === null) return null;
  const numbers = [[sequence, sequence]] as const;
  return { kind: 'refused', id, at, service, sender, sequence: null, revision: null, numbers };
}

function isOf(fact: UsageFact, names: ReadonlySet<string>): boolean {
  if (!('who' in fact) || fact.who === null) return false;
  return names.has(fact.who.user) || (fact.who.userBefore !== null && names.has(fact.who.userBefore));
}

/** From named to anonymous, in every step; rows that hold nothing any more go. */
async function moveCounts(trx: Transaction<Schema>, dialect: StoreDialect, names: readonly string[]): Promise<void> {
  const moved = new Map<string, CountIncrement>();
  const count = (row: Omit<CountIncrement, 'step' | 'isAnonymous'>) => {
    for (const step of STEPS) {
      for (const isAnonymous of [false, true]) {
        const sign = isAnonymous ? 1 : -1;
        const place = { ...row, step, at: startOf(row.at, step), isAnonymous };
        const key = JSON.stringify([step, place.at, row.projectId, row.service, row.feature, row.status, isAnonymous]);
        const known = moved.get(key) ?? { ...place, requests: 0, errors: 0, sampled: 0 };
        moved.set(key, known);
        known.requests += sign * row.requests;
        known.errors += sign * row.errors;
        known.sampled += sign * row.sampled;
      }
    }
  };
  const uses = await trx
    .selectFrom('feature_usage')
    .select(['timestamp', 'project_id', 'service', 'feature_name', 'status_code', 'is_error', 'is_sampled'])
    .where('user_email', 'in', [...names])
    .execute();
  for (const row of uses)
    count({
      ...{ at: row.timestamp, projectId: row.project_id, service: row.service, feature: row.feature_name },
      ...{ status: row.status_code, requests: 1, errors: row.is_error, sampled: row.is_sampled },
    });
  const outside = await trx
    .selectFrom('user_errors')
    .select(['timestamp', 'project_id', 'service', 'error_code'])
    .where('user_email', 'in', [...names])
    .where('is_request', '=', 0)
    .execute();
  for (const row of outside)
    count({
      ...{ at: row.timestamp, projectId: row.project_id, service: row.service, feature: '' },
      ...{ status: row.error_code, requests: 0, errors: 1, sampled: 0 },
    });
  const kept = await keptSteps(trx, [...moved.values()]);
  const counts = [...moved].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, one]) => (kept(one) ? [one] : []));
  await addCounts(trx, dialect, counts);
  await trx
    .deleteFrom('usage_count')
    .where('requests', '=', 0)
    .where('errors', '=', 0)
    .where('at', '>=', Math.min(...counts.map(({ at }) => at), Number.MAX_SAFE_INTEGER))
    .execute();
}

/** Steps that retention took are not made again. */
async function keptSteps(trx: Transaction<Schema>, counts: readonly CountIncrement[]) {
  if (counts.length === 0) return () => false;
  const first = new Map<string, number>();
  for (const step of STEPS) {
    const row = await trx.selectFrom('usage_count').select('at').where('step', '=', step).orderBy('at').limit(1);
    first.set(step, (await row.executeTakeFirst())?.at ?? Number.POSITIVE_INFINITY);
  }
  return ({ step, at }: CountIncrement) => at >= first.get(step)!;
}
