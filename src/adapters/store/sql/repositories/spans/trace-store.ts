import type { Kysely } from 'kysely';
import type { Span, StoredTrace, TraceListQuery, TraceStore } from '../../../../../core/events/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

export function createTraceStore({ kysely }: StoreDialect): TraceStore {
  return {
    async list(query) {
      const found = await selectTraces(kysely, query);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      const isMore = found.length > query.limit && last !== undefined;
      return { items: await withServices(kysely, page), cursor: isMore ? `${last.start}~${last.trace_id}` : null };
    },

    async spans(traceId, limit) {
      const rows = await kysely
        .selectFrom('span')
        .selectAll()
        .where('trace_id', '=', traceId)
        .orderBy('start')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ trace_id, project_id, duration_ms, kind, status, attributes, ...span }) => ({
        ...span,
        traceId: trace_id,
        projectId: project_id,
        durationMs: duration_ms,
        kind: kind as Span['kind'],
        status: status as Span['status'],
        attributes: JSON.parse(attributes) as Span['attributes'],
      }));
    },

    async forget({ before, traces, limit }) {
      const newestForgotten = await kysely
        .selectFrom('trace')
        .select('start')
        .orderBy('start', 'desc')
        .orderBy('trace_id', 'desc')
        .offset(traces)
        .limit(1)
        .executeTakeFirst();
      const until = Math.max(before, (newestForgotten?.start ?? Number.NEGATIVE_INFINITY) + 0.001);
      const rows = await kysely
        .selectFrom('trace')
        .select(['trace_id', 'start'])
        .where('start', '<', until)
        .orderBy('start')
        .limit(limit)
        .execute();
      const ids = [...new Set(rows.map(({ trace_id }) => trace_id))];
      if (ids.length === 0) return 0;
      await kysely.transaction().execute(async (trx) => {
        await trx.deleteFrom('span').where('trace_id', 'in', ids).execute();
        await trx.deleteFrom('trace_service').where('trace_id', 'in', ids).execute();
        await trx.deleteFrom('trace').where('trace_id', 'in', ids).execute();
      });
      return rows.length;
    },
  };
}

/** One more than asked for: then there is another page. A trace of several projects is a row of each. */
function selectTraces(kysely: Kysely<Schema>, query: TraceListQuery) {
  const { projectId, service, minDurationMs, hasErrors, from, to, cursor, limit } = query;
  const [start, traceId] = cursor?.split('~') ?? [];
  let select = kysely
    .selectFrom('trace')
    .selectAll()
    .orderBy('start', 'desc')
    .orderBy('trace_id', 'desc')
    .limit(limit + 1);
  if (projectId !== null) select = select.where('project_id', '=', projectId);
  if (from !== null) select = select.where('start', '>=', from);
  if (to !== null) select = select.where('start', '<', to);
  if (hasErrors) select = select.where('errors', '>', 0);
  if (minDurationMs !== null)
    select = select.where((eb) => eb(eb('finish', '-', eb.ref('start')), '>=', minDurationMs));
  if (start !== undefined && traceId !== undefined)
    select = select.where((eb) =>
      eb.or([eb('start', '<', Number(start)), eb.and([eb('start', '=', Number(start)), eb('trace_id', '<', traceId)])]),
    );
  if (service !== null)
    select = select.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('trace_service as named')
          .select('named.trace_id')
          .whereRef('named.trace_id', '=', 'trace.trace_id')
          .whereRef('named.project_id', '=', 'trace.project_id')
          .where('named.service', '=', service),
      ),
    );
  return select.execute();
}

async function withServices(
  kysely: Kysely<Schema>,
  page: readonly {
    trace_id: string;
    start: number;
    finish: number;
    root: string | null;
    spans: number;
    errors: number;
  }[],
): Promise<StoredTrace[]> {
  if (page.length === 0) return [];
  const rows = await kysely
    .selectFrom('trace_service')
    .select(['trace_id', 'service'])
    .distinct()
    .where('trace_id', 'in', [...new Set(page.map(({ trace_id }) => trace_id))])
    .orderBy('service')
    .execute();
  const services = Map.groupBy(rows, ({ trace_id }) => trace_id);
  return page.map(({ trace_id, start, finish, root, spans, errors }) => ({
    ...{ traceId: trace_id, start, durationMs: finish - start, root, spans, errors },
    services: (services.get(trace_id) ?? []).map(({ service }) => service),
  }));
}
