import type { Transaction } from 'kysely';
import type { ErrorReader } from '../../../../../core/alerts/ports.ts';
import type { AnalyticsBatch } from '../../../../../core/events/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { later } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';

const KEPT_MS = 60 * 60_000;
/** Rows of one service at one look: of a flood the newest tell enough. */
const MOST_ROWS = 50_000;

type Instant = AnalyticsBatch['errors'][number];

/** Adds the errors of batches, and takes away what came long ago. */
export async function addErrorInstants(
  trx: Transaction<Schema>,
  batches: readonly AnalyticsBatch[],
  now: number,
): Promise<void> {
  await trx
    .deleteFrom('error_instant')
    .where('seen_at', '<', now - KEPT_MS)
    .execute();
  const sums = new Map<string, Instant>();
  for (const [projectId, service, at, errors, criticals] of batches.flatMap((batch) => batch.errors)) {
    const key = `${projectId} ${service}\0${at}`;
    const [, , , before = 0, criticalsBefore = 0] = sums.get(key) ?? [];
    sums.set(key, [projectId, service, at, before + errors, criticalsBefore + criticals]);
  }
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  for (const rows of chunksOf(sorted)) {
    await trx
      .insertInto('error_instant')
      .values(
        rows.map(([projectId, service, at, errors, criticals]) => ({
          ...{ project_id: projectId, service, at, errors, criticals, seen_at: now },
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['project_id', 'service', 'at']).doUpdateSet((eb) => ({
          errors: eb('error_instant.errors', '+', eb.ref('excluded.errors')),
          criticals: eb('error_instant.criticals', '+', eb.ref('excluded.criticals')),
          seen_at: later(eb.ref('error_instant.seen_at'), eb.ref('excluded.seen_at')),
        })),
      )
      .execute();
  }
}

export function createErrorReader({ kysely }: StoreDialect): Pick<ErrorReader, 'errors'> {
  return {
    async errors({ from, seenFrom, withinMs }) {
      const touched = await kysely
        .selectFrom('error_instant')
        .select(({ fn }) => [
          'project_id',
          'service',
          fn.min<number>('at').as('first'),
          fn.max<number>('at').as('last'),
        ])
        .where((eb) => eb.or([eb('at', '>=', from), eb('seen_at', '>=', seenFrom)]))
        .groupBy(['project_id', 'service'])
        .execute();
      const counts = [];
      for (const { project_id, service, first, last } of touched) {
        const rows = await kysely
          .selectFrom('error_instant')
          .selectAll()
          .where('project_id', '=', project_id)
          .where('service', '=', service)
          .where('at', '>', first - withinMs)
          .where('at', '<', last + withinMs)
          .orderBy('at', 'desc')
          .limit(MOST_ROWS)
          .execute();
        counts.push(
          ...rows.map(({ project_id: projectId, seen_at: seenAt, ...row }) => ({ ...row, projectId, seenAt })),
        );
      }
      return counts;
    },
  };
}
