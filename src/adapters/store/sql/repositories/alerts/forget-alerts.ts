import { sql } from 'kysely';
import type { AlertReader } from '../../../../../core/alerts/ports.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';

type Request = Parameters<AlertReader['forget']>[0];

/** One bounded step: resolved alerts with their history, and what was posted for them to look at, in rows that were deleted. */
export async function forgetAlerts(dialect: StoreDialect, request: Request): Promise<number> {
  const alerts = await forgetResolved(dialect, request);
  if (alerts > 0) return alerts;
  const texts = await forgetTexts(dialect, request);
  return texts > 0 ? texts : forgetMeasurements(dialect, request);
}

async function forgetResolved({ kysely, lock }: StoreDialect, { resolvedBefore, limit }: Request): Promise<number> {
  return kysely.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('alert')
      .select(['id', 'dedupe_key'])
      .where(sql<boolean>`state = 'resolved'`)
      .where('resolved_at', '<', resolvedBefore)
      .orderBy('resolved_at')
      .limit(Math.min(limit, 1_000))
      // One that fires again at this moment stays.
      .modifyEnd(lock.skip('alert'))
      .execute();
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    await trx.deleteFrom('alert_change').where('alert_id', 'in', ids).execute();
    await trx.deleteFrom('alert').where('id', 'in', ids).execute();
    return rows.length;
  });
}

async function forgetTexts({ kysely }: StoreDialect, { resolvedBefore, limit }: Request): Promise<number> {
  const { numDeletedRows } = await kysely
    .deleteFrom('posted_text')
    .where('at', 'in', (eb) =>
      eb.selectFrom('posted_text').select('at').where('at', '<', resolvedBefore).orderBy('at').limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Series by series; the newest value of each is kept beside them. */
async function forgetMeasurements({ kysely }: StoreDialect, { resolvedBefore, limit }: Request): Promise<number> {
  const { numDeletedRows } = await kysely
    .deleteFrom('measurement')
    .where((eb) =>
      eb(
        eb.refTuple('name', 'project_id', 'subject_id', 'at', 'subject_kind'),
        'in',
        eb
          .selectFrom('measurement_series as series')
          // Crossed, so that SQLite goes from series to series instead of through all that was ever measured.
          .crossJoin('measurement as old')
          .whereRef('old.name', '=', 'series.name')
          .whereRef('old.project_id', '=', 'series.project_id')
          .whereRef('old.subject_id', '=', 'series.subject_id')
          .whereRef('old.subject_kind', '=', 'series.subject_kind')
          .select(['old.name', 'old.project_id', 'old.subject_id', 'old.at', 'old.subject_kind'])
          .where('old.at', '<', resolvedBefore)
          .limit(limit)
          .$asTuple('name', 'project_id', 'subject_id', 'at', 'subject_kind'),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
