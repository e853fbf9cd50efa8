import type { Transaction } from 'kysely';
import {
  type AnalyticsBatch,
  type AnalyticsStore,
  createNameBound,
  type DayNames,
  type DayOfService,
  mergeBatches,
  rollUp,
} from '../../../../../core/events/ports.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { addAnalytics } from './add-analytics.ts';
import { addErrorInstants } from './error-instants.ts';
import { addUnsealed } from './unsealed-records.ts';

/**
 * The counts of batches wait in the inbox, made durable with the events they are of; here they are added to the rows of every step, in one
 * transaction that also takes them off: each counts once, whatever dies in between. Two nodes that fold take turns by the lock on the inbox's rows.
 */
export function createAnalyticsFolder(dialect: StoreDialect): Pick<AnalyticsStore, 'fold'> {
  const names = createNameBound();
  return {
    async fold({ now, limit }) {
      try {
        return await dialect.kysely.transaction().execute(async (trx) => {
          const waiting = await take(trx, dialect, limit);
          if (waiting.length === 0) return 0;
          const bounded = await names.bound(mergeBatches(waiting), (day) => loadNames(trx, day));
          await addAnalytics(trx, dialect, rollUp([bounded], now));
          await addErrorInstants(trx, [bounded], now);
          await addUnsealed(trx, dialect, [bounded], now);
          return waiting.length;
        });
      } catch (thrown) {
        names.forget();
        throw thrown;
      }
    },
  };
}

async function take(trx: Transaction<Schema>, dialect: StoreDialect, limit: number): Promise<AnalyticsBatch[]> {
  let query = trx.selectFrom('analytics_inbox').selectAll().orderBy('seq').limit(limit);
  if (dialect.lock.isNeeded) query = query.modifyEnd(dialect.lock.wait);
  const rows = await query.execute();
  for (const seqs of chunksOf(rows.map(({ seq }) => seq)))
    await trx.deleteFrom('analytics_inbox').where('seq', 'in', seqs).execute();
  return rows.map(({ counts }) => JSON.parse(counts) as AnalyticsBatch);
}

async function loadNames(trx: Transaction<Schema>, { at, projectId, service }: DayOfService): Promise<DayNames> {
  const series = await trx
    .selectFrom('analytics_count')
    .select(['logger', 'agent', 'category'])
    .where((eb) => eb.and({ step: 'day', at, project_id: projectId, service }))
    .execute();
  const templates = await trx
    .selectFrom('analytics_template')
    .select('template')
    .distinct()
    .where((eb) => eb.and({ step: 'day', at, project_id: projectId, service }))
    .execute();
  const operations = await trx
    .selectFrom('analytics_operation')
    .select('name')
    .distinct()
    .where((eb) => eb.and({ step: 'day', at, project_id: projectId, service }))
    .execute();
  return {
    series: new Set(series.map(({ logger, agent, category }) => `${logger}\0${agent}\0${category}`)),
    templates: new Set(templates.map(({ template }) => template)),
    operations: new Set(operations.map(({ name }) => name)),
  };
}
