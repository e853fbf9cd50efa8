import type { Span, SpanKind } from '../../../core/events/index.ts';
import { serviceOf } from './map-attributes.ts';
import type { Arrival } from './map-event.ts';
import { asHexId, asInstant, asName, asObject, type JsonObject } from './read-value.ts';

/** Spans of one transaction, as the SDKs bound them themselves. */
const MOST_SPANS = 1_000;
const FURTHEST_AHEAD = 24 * 60 * 60 * 1000;

/** A transaction and the spans within it, as stretches of their trace; those that say no id or no time are left out. */
export function mapSpans(payload: JsonObject, arrival: Arrival): { spans: Span[]; left: number } {
  const context = asObject(asObject(payload.contexts)?.trace);
  const traceId = asHexId(context?.trace_id, 32);
  const inner: unknown[] = Array.isArray(payload.spans) ? payload.spans : [];
  if (traceId === null || context === null) return { spans: [], left: inner.length };
  const { project, receivedAt } = arrival.request;
  const place = {
    projectId: project.id,
    traceId,
    service: serviceOf(payload) ?? project.slug,
    latest: receivedAt + FURTHEST_AHEAD,
    drift: arrival.drift,
  };
  const { start_timestamp, timestamp, transaction } = payload;
  const root = spanOf({ ...context, start_timestamp, timestamp, description: transaction }, 'server', place);
  const rootId = asHexId(context.span_id, 16);
  const others = inner.slice(0, MOST_SPANS).map((entry) => {
    const span = asObject(entry);
    return span && spanOf({ parent_span_id: rootId, ...span }, 'internal', place);
  });
  const spans = [root, ...others].filter((span) => span !== null);
  return { spans, left: inner.length + 1 - spans.length };
}

interface Place {
  projectId: number;
  traceId: string;
  service: string;
  latest: number;
  drift: number;
}

function spanOf(span: JsonObject, usual: SpanKind, { latest, drift, ...place }: Place): Span | null {
  const id = asHexId(span.span_id, 16);
  const began = asInstant(span.start_timestamp);
  const ended = asInstant(span.timestamp);
  if (id === null || began === null || began + drift > latest) return null;
  const op = asName(span.op, 128);
  const status = asName(span.status, 64);
  const data = asObject(span.data);
  return {
    ...place,
    id,
    parent: asHexId(span.parent_span_id, 16),
    name: asName(span.description, 512) ?? op ?? 'span',
    kind: kindOf(op, usual),
    start: began + drift,
    durationMs: ended === null ? 0 : Math.max(0, ended - began),
    status: status === null || status === 'unset' ? 'unset' : status === 'ok' ? 'ok' : 'error',
    attributes: { ...data, ...(op === null ? {} : { op }), ...(status === null ? {} : { status }) },
  };
}

/** Operations as Sentry names them (https://develop.sentry.dev/sdk/telemetry/traces/span-operations/). */
function kindOf(op: string | null, usual: SpanKind): SpanKind {
  if (op === null) return usual;
  if (op.endsWith('.server')) return 'server';
  if (op.endsWith('.client') || op.startsWith('db')) return 'client';
  if (op === 'queue.publish' || op === 'queue.submit') return 'producer';
  if (op === 'queue.process' || op === 'queue.receive') return 'consumer';
  return op.startsWith('http') ? usual : 'internal';
}
