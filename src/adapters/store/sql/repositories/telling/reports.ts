import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Report } from '../../../../../contracts/report.ts';
import type { ReportStore, StoredReport, ToldReport } from '../../../../../core/reports/ports.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from './outbox.ts';

const ABOUT = [
  'id',
  'project_id',
  'service',
  'status',
  'occasion',
  'from_time',
  'to_time',
  'made_at',
  'interval_ms',
  'errors',
  'warnings',
  'problem',
] as const satisfies (keyof Schema['report'])[];

/** Issues that a short message names. */
const TOP_ISSUES = 3;

/** What was told is remembered with the report itself: of two that are made at once the second sees the first. */
async function isNewsOf(
  trx: Transaction<Schema>,
  { projectId, service }: StoredReport,
  news: (told: readonly ToldReport[]) => ToldReport[] | null,
): Promise<boolean> {
  const name = `report.told:${JSON.stringify([projectId, service])}`;
  // Taken before it is read: whoever makes another one of this service waits.
  await trx
    .insertInto('setting')
    .values({ name, value: 'null' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ value: eb.ref('setting.value') })))
    .execute();
  const { value } = await trx.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  // A row of before holds the last one alone.
  const told = news([(JSON.parse(value) as ToldReport | ToldReport[] | null) ?? []].flat());
  if (told === null) return false;
  await trx
    .updateTable('setting')
    .set({ value: JSON.stringify(told) })
    .where('name', '=', name)
    .execute();
  return true;
}

export function createReportStore(db: Kysely<Schema>): ReportStore {
  return {
    async add(report, content, news) {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('report')
          .values({
            id: report.id,
            project_id: report.projectId,
            service: report.service,
            status: report.status,
            occasion: report.occasion,
            from_time: report.from,
            to_time: report.to,
            made_at: report.madeAt,
            interval_ms: report.intervalMs,
            errors: report.errors,
            warnings: report.warnings,
            json: content && packJson(content),
            problem: report.problem,
          })
          .execute();
        const { id, projectId, status, service, occasion } = report;
        const found = content?.issues ?? [];
        const issues = found.slice(0, TOP_ISSUES).map(({ title }) => title);
        const isNews = news === undefined || (await isNewsOf(trx, report, news));
        const payload = { status, service, occasion, issues, issueCount: found.length, isNews };
        await addOutboxRows(trx, [{ kind: 'report-made', projectId, subjectId: id, payload }], report.madeAt);
      });
    },

    async list({ projectId, service, status, cursor, limit }) {
      let reports = db
        .selectFrom('report')
        .select(ABOUT)
        .orderBy('made_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (projectId !== null) reports = reports.where('project_id', '=', projectId);
      if (service !== null) reports = reports.where('service', '=', service);
      if (status !== null) reports = reports.where('status', '=', status);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        reports = reports.where((eb) => eb(eb.refTuple('made_at', 'id'), '<', eb.tuple(value, id)));
      }
      const page = toPage(await reports.execute(), limit, (row) => ({ value: row.made_at, id: row.id }));
      return { items: page.rows.map(toStoredReport), nextCursor: page.next };
    },

    async get(id) {
      const row = await db.selectFrom('report').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return null;
      return { about: toStoredReport(row), content: row.json === null ? null : (unpackJson(row.json) as Report) };
    },

    /** One row for each project and service, the newest; of two made in the same millisecond the greater id. */
    async forget(madeBefore) {
      await db
        .deleteFrom('report')
        .where('made_at', '<', madeBefore)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('report as later')
              .select('later.id')
              .whereRef('later.service', 'is not distinct from', 'report.service')
              .whereRef('later.project_id', 'is not distinct from', 'report.project_id')
              .whereRef('later.made_at', '>', 'report.made_at'),
          ),
        )
        .execute();
    },

    async newest() {
      // Only what the index holds, in its order: half a million reports take a tenth of a second.
      const ranked = db.selectFrom('report').select(({ fn }) => [
        'id',
        fn
          .agg<number>('row_number')
          .over((over) => over.partitionBy(['project_id', 'service']).orderBy('made_at', 'desc').orderBy('id', 'desc'))
          .as('rank'),
      ]);
      const rows = await db
        .selectFrom('report')
        .select(ABOUT)
        .where('id', 'in', (eb) => eb.selectFrom(ranked.as('ranked')).select('ranked.id').where('rank', '=', 1))
        .orderBy('service')
        .orderBy('project_id')
        .execute();
      return rows.map(toStoredReport);
    },
  };
}

function toStoredReport(row: Pick<Selectable<Schema['report']>, (typeof ABOUT)[number]>): StoredReport {
  return {
    id: row.id,
    projectId: row.project_id,
    service: row.service,
    status: row.status as StoredReport['status'],
    occasion: row.occasion as StoredReport['occasion'],
    from: row.from_time,
    to: row.to_time,
    madeAt: row.made_at,
    intervalMs: row.interval_ms,
    errors: row.errors,
    warnings: row.warnings,
    problem: row.problem,
  };
}
