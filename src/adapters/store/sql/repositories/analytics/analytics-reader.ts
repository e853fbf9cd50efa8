import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { ANALYTICS_STEPS, type AnalyticsQuery, type AnalyticsStore } from '../../../../../core/events/ports.ts';
import { createHistogram } from '../../../../../core/shared/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

type AnalyticsTable = 'analytics_count' | 'analytics_template' | 'analytics_operation';

/** Histograms read of one window; a service with more rows than these is told by its hours or days. */
const MOST_OPERATION_ROWS = 20_000;

export function createAnalyticsReader({ kysely }: StoreDialect): Pick<AnalyticsStore, 'read' | 'forget'> {
  return {
    async read(query) {
      const [volume, rows, templates, operations] = await Promise.all([
        readVolume(kysely, query),
        readRows(kysely, query),
        readTemplates(kysely, query),
        readOperations(kysely, query),
      ]);
      return { volume, rows, templates, operations };
    },

    async forget({ now, limit }) {
      let gone = 0;
      for (const [step, { keptMs }] of Object.entries(ANALYTICS_STEPS)) {
        for (const table of ['analytics_count', 'analytics_template', 'analytics_operation'] as const)
          gone = Math.max(gone, await forgetOf(kysely, table, { step, before: now - keptMs, limit }));
      }
      return gone;
    },
  };
}

/** The window as a condition; the keys begin with step and time. */
function within(query: AnalyticsQuery, given: { from: number; to: number }) {
  return (eb: ExpressionBuilder<Schema, AnalyticsTable>) => {
    const { step, projectId, service, logger, agent, category } = query;
    const conditions = [eb('step', '=', step), eb('at', '>=', given.from), eb('at', '<', given.to)];
    if (projectId !== null) conditions.push(eb('project_id', '=', projectId));
    if (service !== null) conditions.push(eb('service', '=', service));
    if (logger !== null) conditions.push(eb('logger', '=', logger));
    if (agent !== null) conditions.push(eb('agent', '=', agent));
    if (category !== null) conditions.push(eb('category', '=', category));
    return eb.and(conditions);
  };
}

async function readVolume(kysely: Kysely<Schema>, query: AnalyticsQuery) {
  const rows = await kysely
    .selectFrom('analytics_count')
    .select(({ fn }) => [
      'at',
      fn.sum<number>('events').as('events'),
      fn.sum<number>('errors').as('errors'),
      fn.sum<number>('dropped').as('dropped'),
    ])
    .where(within(query, query) as never)
    .groupBy('at')
    .orderBy('at')
    .execute();
  return rows.map(({ at, ...sums }) => ({ at, ...numbers(sums) }));
}

async function readRows(kysely: Kysely<Schema>, query: AnalyticsQuery) {
  const rows = await kysely
    .selectFrom('analytics_count')
    .select(({ fn, ref }) => [
      ref(query.by).as('key'),
      fn.sum<number>('events').as('events'),
      fn.sum<number>('errors').as('errors'),
      fn.sum<number>('dropped').as('dropped'),
      fn.max<number>('last_at').as('lastAt'),
    ])
    .where(within(query, query) as never)
    // Most have no agent: what is not one is no row of them.
    .$if(query.by !== 'service', (some) => some.where(query.by, '<>', ''))
    .groupBy(query.by)
    .orderBy('events', 'desc')
    .orderBy(query.by)
    .limit(query.limit)
    .execute();
  return rows.map(({ key, ...sums }) => ({ key, ...numbers(sums) }));
}

/** With the window of equal length before, so that what has stopped is seen as well. */
async function readTemplates(kysely: Kysely<Schema>, query: AnalyticsQuery) {
  const { from, to, limit } = query;
  const isNow = sql<SqlBool>`at >= ${from}`;
  const rows = await kysely
    .selectFrom('analytics_template')
    .select(({ fn }) => [
      'template',
      'service',
      'severity',
      sql<number>`sum(CASE WHEN ${isNow} THEN count ELSE 0 END)`.as('now'),
      fn.sum<number>('count').as('both'),
    ])
    .where(within(query, { from: from - (to - from), to }) as never)
    .groupBy(['template', 'service', 'severity'])
    .orderBy('now', 'desc')
    .orderBy('both', 'desc')
    .orderBy('template')
    .limit(limit)
    .execute();
  return rows.map(({ template, service, severity, now, both }) => ({
    ...{ template, service, severity },
    count: Number(now),
    before: Number(both) - Number(now),
  }));
}

async function readOperations(kysely: Kysely<Schema>, query: AnalyticsQuery) {
  const rows = await kysely
    .selectFrom('analytics_operation')
    .select(['name', 'service', 'count', 'failures', 'histogram'])
    .where(within(query, query) as never)
    .orderBy('at', 'desc')
    .limit(MOST_OPERATION_ROWS)
    .execute();
  const operations = Map.groupBy(rows, ({ name, service }) => `${service}\0${name}`);
  return [...operations.values()]
    .map((own) => {
      const durations = createHistogram();
      for (const { histogram } of own) durations.merge(createHistogram(JSON.parse(histogram) as number[]));
      const at = (share: number) => durations.quantile(share) ?? 0;
      const sum = (of: 'count' | 'failures') => own.reduce((total, row) => total + row[of], 0);
      const { name, service } = own[0]!;
      return {
        name,
        service,
        count: sum('count'),
        failures: sum('failures'),
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
      };
    })
    .sort((a, b) => b.p95 - a.p95)
    .slice(0, query.limit);
}

/** PostgreSQL gives sums as text. */
function numbers<Sums extends Record<string, unknown>>(sums: Sums): { [Name in keyof Sums]: number } {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Number(sum)])) as never;
}

/** The oldest minutes, hours or days, up to the one in which the limit is reached. */
async function forgetOf(
  kysely: Kysely<Schema>,
  table: AnalyticsTable,
  { step, before, limit }: { step: string; before: number; limit: number },
): Promise<number> {
  const oldest = await kysely
    .selectFrom(table)
    .select('at')
    .where('step', '=', step)
    .where('at', '<', before)
    .orderBy('at')
    .limit(limit)
    .execute();
  const last = oldest.at(-1)?.at;
  if (last === undefined) return 0;
  await kysely.deleteFrom(table).where('step', '=', step).where('at', '<=', last).execute();
  return oldest.length;
}
