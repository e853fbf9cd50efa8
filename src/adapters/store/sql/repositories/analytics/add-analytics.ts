import type { Transaction } from 'kysely';
import type { AnalyticsIncrements } from '../../../../../core/events/index.ts';
import { createHistogram } from '../../../../../core/shared/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { later } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';

const SERIES = ['step', 'at', 'project_id', 'service', 'logger', 'agent', 'category'] as const;

type Operation = AnalyticsIncrements['operations'][number];

/** Adds what batches amount to, a statement for some hundred rows. */
export async function addAnalytics(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  { counts, templates, operations }: AnalyticsIncrements,
): Promise<void> {
  for (const rows of chunksOf(counts)) {
    await trx
      .insertInto('analytics_count')
      .values(rows.map(({ projectId, lastAt, ...row }) => ({ ...row, project_id: projectId, last_at: lastAt })))
      .onConflict((conflict) =>
        conflict.columns(SERIES).doUpdateSet((eb) => ({
          events: eb('analytics_count.events', '+', eb.ref('excluded.events')),
          errors: eb('analytics_count.errors', '+', eb.ref('excluded.errors')),
          dropped: eb('analytics_count.dropped', '+', eb.ref('excluded.dropped')),
          last_at: later(eb.ref('analytics_count.last_at'), eb.ref('excluded.last_at')),
        })),
      )
      .execute();
  }
  for (const rows of chunksOf(templates)) {
    await trx
      .insertInto('analytics_template')
      .values(rows.map(({ projectId, ...row }) => ({ ...row, project_id: projectId })))
      .onConflict((conflict) =>
        conflict
          .columns([...SERIES, 'severity', 'template'])
          .doUpdateSet((eb) => ({ count: eb('analytics_template.count', '+', eb.ref('excluded.count')) })),
      )
      .execute();
  }
  for (const rows of chunksOf(operations, 200)) await addOperations(trx, dialect, rows);
}

/** Histograms add up here, not in the database: nobody else folds while this transaction holds the inbox's rows. */
async function addOperations(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  rows: readonly Operation[],
): Promise<void> {
  const keys = rows.map(({ step, at, projectId, service, logger, agent, category, name }) => ({
    ...{ step, at, project: projectId, service, logger, agent, category, operation: name },
  }));
  const columns = {
    step: 'text',
    at: 'integer',
    project: 'integer',
    service: 'text',
    logger: 'text',
    agent: 'text',
    category: 'text',
    operation: 'text',
  } as const;
  const known = await trx
    .selectFrom(dialect.given<(typeof keys)[number]>(columns, keys).as('given'))
    .innerJoin('analytics_operation as own', (join) =>
      join
        .onRef('own.step', '=', 'given.step')
        .onRef('own.at', '=', 'given.at')
        .onRef('own.project_id', '=', 'given.project')
        .onRef('own.service', '=', 'given.service')
        .onRef('own.logger', '=', 'given.logger')
        .onRef('own.agent', '=', 'given.agent')
        .onRef('own.category', '=', 'given.category')
        .onRef('own.name', '=', 'given.operation'),
    )
    .selectAll('own')
    .execute();
  const before = new Map(
    known.map(({ project_id, ...row }) => [keyOf({ ...row, projectId: project_id }), row.histogram]),
  );
  await trx
    .insertInto('analytics_operation')
    .values(
      rows.map(({ durations, projectId, ...row }) => {
        const stored = before.get(keyOf({ ...row, projectId }));
        const merged = createHistogram(stored === undefined ? [] : (JSON.parse(stored) as number[]));
        merged.merge(durations);
        return { ...row, project_id: projectId, histogram: JSON.stringify(merged.encode()) };
      }),
    )
    .onConflict((conflict) =>
      conflict.columns([...SERIES, 'name']).doUpdateSet((eb) => ({
        count: eb('analytics_operation.count', '+', eb.ref('excluded.count')),
        failures: eb('analytics_operation.failures', '+', eb.ref('excluded.failures')),
        histogram: eb.ref('excluded.histogram'),
      })),
    )
    .execute();
}

type Named = 'step' | 'service' | 'logger' | 'agent' | 'category' | 'name';

function keyOf(row: { at: number; projectId: number } & Record<Named, string>): string {
  const { step, at, projectId, service, logger, agent, category, name } = row;
  return [step, at, projectId, service, logger, agent, category, name].join('\0');
}
