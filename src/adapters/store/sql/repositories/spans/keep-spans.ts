import { sql, type Transaction } from 'kysely';
import type { Span } from '../../../../../core/events/index.ts';
import type { AppendBatch } from '../../../../../core/ingest/index.ts';
import { chunksOf } from '../../chunks.ts';
import { earlier, later } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';

/** Spans kept of one trace: what is more says nothing that anybody could see in a waterfall. */
const SPANS_PER_TRACE = 10_000;

interface TraceSum {
  trace_id: string;
  project_id: number;
  start: number;
  finish: number;
  root: string | null;
  spans: number;
  errors: number;
}

/** Keeps spans, each once, and adds the new ones to what their traces amount to. Gives those that are new, and how many were too many. */
export async function keepSpans(
  trx: Transaction<Schema>,
  given: readonly Span[],
): Promise<{ added: Span[]; tooMany: AppendBatch['dropped'] }> {
  if (given.length === 0) return { added: [], tooMany: [] };
  const unique = [...new Map(given.map((span) => [keyOf(span), span])).values()].sort(byKey);
  const { kept, tooMany } = withinBound(unique, await countsOf(trx, unique));
  const added: Span[] = [];
  for (const chunk of chunksOf(kept)) {
    const rows = await trx
      .insertInto('span')
      .values(chunk.map(rowOf))
      .onConflict((conflict) => conflict.columns(['trace_id', 'id', 'project_id']).doNothing())
      .returning(['trace_id', 'id', 'project_id'])
      .execute();
    const isNew = new Set(rows.map(({ trace_id, id, project_id }) => `${trace_id} ${id} ${project_id}`));
    added.push(...chunk.filter((span) => isNew.has(keyOf(span))));
  }
  await addToTraces(trx, added);
  return { added, tooMany };
}

function rowOf({ traceId, projectId, durationMs, attributes, ...span }: Span) {
  return {
    ...span,
    trace_id: traceId,
    project_id: projectId,
    duration_ms: durationMs,
    attributes: JSON.stringify(attributes),
  };
}

/** By trace: how many there are already. */
async function countsOf(trx: Transaction<Schema>, spans: readonly Span[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const ids of chunksOf([...new Set(spans.map(({ traceId }) => traceId))])) {
    const rows = await trx.selectFrom('trace').select(['trace_id', 'spans']).where('trace_id', 'in', ids).execute();
    for (const { trace_id, spans: count } of rows) counts.set(trace_id, (counts.get(trace_id) ?? 0) + count);
  }
  return counts;
}

function withinBound(spans: readonly Span[], counts: Map<string, number>) {
  const kept: Span[] = [];
  const tooMany = new Map<number, number>();
  for (const span of spans) {
    const { traceId, projectId } = span;
    const count = counts.get(traceId) ?? 0;
    counts.set(traceId, count + 1);
    if (count < SPANS_PER_TRACE) kept.push(span);
    else tooMany.set(projectId, (tooMany.get(projectId) ?? 0) + 1);
  }
  const drops = [...tooMany].map(([projectId, quantity]) => ({
    ...{ projectId, quantity, source: 'spans', reason: 'trace-too-large', category: 'span' },
  }));
  return { kept, tooMany: drops };
}

async function addToTraces(trx: Transaction<Schema>, added: readonly Span[]): Promise<void> {
  const sums = new Map<string, TraceSum>();
  const services = new Map<string, { trace_id: string; project_id: number; service: string }>();
  for (const { traceId, projectId, service, parent, name, start, durationMs, status } of added) {
    const key = `${traceId} ${projectId}`;
    const place = { trace_id: traceId, project_id: projectId };
    const known = sums.get(key) ?? { ...place, start, finish: start, root: null, spans: 0, errors: 0 };
    sums.set(key, {
      ...known,
      start: Math.min(known.start, start),
      finish: Math.max(known.finish, start + durationMs),
      root: known.root ?? (parent === null ? name : null),
      spans: known.spans + 1,
      errors: known.errors + (status === 'error' ? 1 : 0),
    });
    services.set(`${key} ${service}`, { ...place, service });
  }
  for (const rows of chunksOf([...sums.values()])) {
    await trx
      .insertInto('trace')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['trace_id', 'project_id']).doUpdateSet((eb) => ({
          start: earlier(eb.ref('trace.start'), eb.ref('excluded.start')),
          finish: later(eb.ref('trace.finish'), eb.ref('excluded.finish')),
          root: sql<string | null>`coalesce(trace.root, excluded.root)`,
          spans: eb('trace.spans', '+', eb.ref('excluded.spans')),
          errors: eb('trace.errors', '+', eb.ref('excluded.errors')),
        })),
      )
      .execute();
  }
  for (const rows of chunksOf([...services.values()])) {
    await trx
      .insertInto('trace_service')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

function keyOf({ traceId, id, projectId }: Span): string {
  return `${traceId} ${id} ${projectId}`;
}

/** Two writers that bring the same spans then wait for each other instead of locking each other out. */
function byKey(a: Span, b: Span): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
