import { sql, type Transaction } from 'kysely';
import { startOf } from '../../../../../core/usage/index.ts';
import type { UsageRetention } from '../../../../../core/usage/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

const DAY_MS = 86_400_000;
/** As late as a record may come; then nothing of an erased user can. */
const ERASED_DAYS = 92;

type Aged = 'feature_usage' | 'user_sessions' | 'user_errors' | 'usage_mark';
type Counted = 'usage_count' | 'usage_latency';

/** One bounded step of one table at a time: nothing waits long for the database. */
export function createUsageRetention({ kysely, kind }: StoreDialect): UsageRetention {
  async function forgetRows(table: Aged, column: string, before: number, limit: number): Promise<number> {
    const old = sql`SELECT id FROM ${sql.table(table)} WHERE ${sql.ref(column)} < ${before} ORDER BY ${sql.ref(column)} LIMIT ${limit}`;
    const { numAffectedRows } = await sql`DELETE FROM ${sql.table(table)} WHERE id IN (${old})`.execute(kysely);
    return Number(numAffectedRows ?? 0);
  }

  /** Rows that stand in the order of their key have no number of their own on SQLite; on PostgreSQL `ctid` is it. */
  async function forgetByKey(
    db: StoreDialect['kysely'] | Transaction<Schema>,
    { table, key, where, limit }: { table: string; key: string[]; where: ReturnType<typeof sql>; limit: number },
  ): Promise<number> {
    const columns = kind === 'sqlite' ? sql.join(key.map((column) => sql.ref(column))) : sql`ctid`;
    const { numAffectedRows } = await sql`DELETE FROM ${sql.table(table)} WHERE (${columns}) IN
      (SELECT ${columns} FROM ${sql.table(table)} WHERE ${where} LIMIT ${limit})`.execute(db);
    return Number(numAffectedRows ?? 0);
  }

  function forgetCounts(table: Counted, step: string, before: number, limit: number): Promise<number> {
    const feature = table === 'usage_count' ? ['feature', 'status', 'is_anonymous'] : [];
    const key = ['step', 'at', 'project_id', 'service', ...feature];
    return forgetByKey(kysely, { table, key, where: sql`step = ${step} AND at < ${before}`, limit });
  }

  /** First the day from which they are kept is moved, so that whoever reads takes none of which a part is gone. */
  async function forgetUsers(before: number, limit: number): Promise<number> {
    const row = await kysely
      .selectFrom('usage_user')
      .select('at')
      .where('at', '<', before)
      .where('step', 'in', ['hour', 'day'])
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return 0;
    return kysely.transaction().execute(async (trx) => {
      const rows = [
        { step: 'kept', service: '', at: 0, version: before },
        { step: 'all', service: '', at: 0, version: 1 },
      ];
      await trx
        .insertInto('usage_version')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['step', 'service', 'at']).doUpdateSet((eb) => ({
            version: eb
              .case()
              .when('usage_version.step', '=', 'kept')
              .then(eb.ref('excluded.version'))
              .else(eb('usage_version.version', '+', 1))
              .end(),
          })),
        )
        .execute();
      await trx.deleteFrom('usage_version').where('step', 'in', ['hour', 'day']).where('at', '<', before).execute();
      const key = ['step', 'service', 'at', 'user_email', 'project_id'];
      return forgetByKey(trx, { table: 'usage_user', key, where: sql`at < ${before}`, limit });
    });
  }

  return {
    async forgetUsage({ now, knobs, limit }) {
      const before = (days: number) => startOf(now - days * DAY_MS, 'day');
      const rows = before(knobs.rowDays);
      const work: (() => Promise<number>)[] = [
        () => forgetRows('feature_usage', 'timestamp', rows, limit),
        () => forgetRows('user_sessions', 'last_activity', rows, limit),
        () => forgetRows('usage_mark', 'at', rows, limit),
        () => forgetRows('user_errors', 'timestamp', before(knobs.errorDays), limit),
        () => forgetUsers(rows, limit),
        ...(['usage_count', 'usage_latency'] as const).flatMap((table) => [
          () => forgetCounts(table, 'minute', before(knobs.minuteDays), limit),
          () => forgetCounts(table, 'hour', before(knobs.hourDays), limit),
        ]),
        () =>
          forgetByKey(kysely, {
            ...{ table: 'usage_sender', key: ['project_id', 'sender'] },
            ...{ where: sql`last_at < ${rows}`, limit },
          }),
        () =>
          forgetByKey(kysely, {
            ...{ table: 'usage_gap', key: ['project_id', 'sender', 'first_number'] },
            ...{ where: sql`at < ${rows}`, limit },
          }),
        () =>
          forgetByKey(kysely, {
            ...{ table: 'usage_erased', key: ['hash'] },
            ...{ where: sql`at < ${now - Math.max(ERASED_DAYS, knobs.rowDays + 2) * DAY_MS}`, limit },
          }),
      ];
      for (const forget of work) {
        const gone = await forget();
        if (gone > 0) return gone;
      }
      return 0;
    },
  };
}
