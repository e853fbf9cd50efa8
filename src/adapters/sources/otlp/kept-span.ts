import type { Span as KeptSpan, SpanKind } from '../../../core/events/index.ts';
import type { EventContext } from './event-context.ts';
import { isInstant } from './instants.ts';
import { type Span, STATUS_ERROR } from './items.ts';

const KINDS: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUS_OK = 1;
/** ms that a clock may be ahead: what began later would outlive every retention. */
const FURTHEST_AHEAD = 24 * 60 * 60 * 1000;

/** The span as a stretch of its trace; null: nothing says where it belongs. */
export function keptSpan(span: Span, { resource, request }: EventContext): KeptSpan | null {
  const { traceId, spanId, parentSpanId, name, kind, startTime, endTime, statusCode, statusMessage } = span;
  const start = isInstant(startTime) ? startTime : endTime;
  if (traceId === null || spanId === null || !isInstant(start)) return null;
  if (start > request.receivedAt + FURTHEST_AHEAD) return null;
  return {
    projectId: request.project.id,
    traceId,
    id: spanId,
    parent: parentSpanId,
    name: name.trim() === '' ? 'span' : name,
    service: resource.service ?? request.project.slug,
    kind: KINDS[kind] ?? 'internal',
    start,
    durationMs: isInstant(endTime) ? Math.max(0, endTime - start) : 0,
    status: statusCode === STATUS_ERROR ? 'error' : statusCode === STATUS_OK ? 'ok' : 'unset',
    attributes: { ...span.attributes.values, ...(statusMessage === '' ? {} : { 'status.message': statusMessage }) },
  };
}
