import { type Kysely, sql } from 'kysely';
import type { Alert, AlertFilter, AlertReader } from '../../../../../core/alerts/ports.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { foldSearch } from '../issues/issue-row.ts';
import { toAlert, toChange } from './alert-row.ts';
import { forgetAlerts } from './forget-alerts.ts';

export function createAlertReader(dialect: StoreDialect): AlertReader {
  const { kysely } = dialect;
  return {
    async get(id) {
      const row = await kysely.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toAlert(row) : null;
    },

    async list(filter, { cursor, limit }) {
      let alerts = filtered(kysely, filter)
        .selectAll()
        .orderBy('list_order')
        .orderBy('id')
        .limit(limit + 1);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        alerts = alerts.where((eb) => eb(eb.refTuple('list_order', 'id'), '>', eb.tuple(value, id)));
      }
      const page = toPage(await alerts.execute(), limit, (row) => ({ value: row.list_order, id: row.id }));
      return { items: page.rows.map(toAlert), nextCursor: page.next };
    },

    async counts(filter) {
      const rows = await filtered(kysely, filter)
        .select(['state', (eb) => eb.fn.countAll<number>().as('alerts')])
        .groupBy('state')
        .execute();
      const counts: Record<Alert['state'], number> = { firing: 0, acknowledged: 0, resolved: 0 };
      for (const { state, alerts } of rows) counts[state as Alert['state']] = alerts;
      return counts;
    },

    async changes(alertId) {
      const rows = await kysely
        .selectFrom('alert_change')
        .selectAll()
        .where('alert_id', '=', alertId)
        .orderBy('id')
        .execute();
      return rows.map(toChange);
    },

    forget: (request) => forgetAlerts(dialect, request),
  };
}

/** An empty list matches nothing; `projectId` null is the installation's own. */
function filtered(db: Kysely<Schema>, filter: AlertFilter) {
  let alerts = db.selectFrom('alert');
  const { states, severities, types, rules, subject, projectId, isArchived, from, to, text } = filter;
  if (states) alerts = alerts.where('state', 'in', orNone(states));
  if (severities) alerts = alerts.where('severity', 'in', orNone(severities));
  if (types) alerts = alerts.where('type', 'in', orNone(types));
  if (rules) alerts = alerts.where('rule', 'in', orNone(rules));
  if (subject !== undefined) alerts = alerts.where('subject_id', '=', subject);
  if (projectId !== undefined) alerts = alerts.where('project_id', projectId === null ? 'is' : '=', projectId);
  if (isArchived !== undefined) alerts = alerts.where('is_archived', '=', isArchived ? 1 : 0);
  if (from !== undefined) alerts = alerts.where('last_seen', '>=', from);
  if (to !== undefined) alerts = alerts.where('last_seen', '<', to);
  if (text !== undefined && text !== '') {
    const pattern = `%${foldSearch(text).replace(/[\\%_]/g, '\\$&')}%`;
    alerts = alerts.where(sql<boolean>`search LIKE ${pattern} ESCAPE '\\'`);
  }
  return alerts;
}

function orNone(values: readonly string[]): readonly string[] {
  return values.length > 0 ? values : [''];
}
