import { shortHash } from '../../shared/index.ts';
import type { Event } from '../event.ts';
import type { Span } from './span.ts';

export interface Timer {
  name: string;
  durationMs: number;
  isFailed: boolean;
}

const LONGEST_NAME = 200;
/** A year: what lasted longer was not measured. */
const LONGEST_MS = 31_536_000_000;

/** The measurement that an event of the SDK's performance timers carries (category `performance`); null: it is none. */
export function timerOf({ attributes, severityNumber }: Pick<Event, 'attributes' | 'severityNumber'>): Timer | null {
  const { category, durationMs, outcome } = attributes;
  if (category !== 'performance' || typeof durationMs !== 'number') return null;
  if (!(durationMs >= 0 && durationMs <= LONGEST_MS)) return null;
  const name = attributes.operation ?? attributes.name;
  if (typeof name !== 'string' || name === '') return null;
  return { name: name.slice(0, LONGEST_NAME), durationMs, isFailed: outcome === 'failed' || severityNumber >= 17 };
}

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** A timer within a trace, as a stretch of it; null: the event is none. It was written when the timer ended. */
export function spanOfTimer(event: Event, projectId: number, service: string): Span | null {
  const { traceId, spanId, attributes, time } = event;
  if (traceId === null || attributes.category !== 'performance' || !TRACE_ID.test(traceId)) return null;
  const timer = timerOf(event);
  if (timer === null) return null;
  const { parentSpanId } = attributes;
  return {
    projectId,
    traceId,
    id: spanId !== null && SPAN_ID.test(spanId) ? spanId : shortHash(event.id, 16),
    parent: typeof parentSpanId === 'string' && SPAN_ID.test(parentSpanId) ? parentSpanId : null,
    name: timer.name,
    service,
    kind: 'timer',
    start: time - timer.durationMs,
    durationMs: timer.durationMs,
    status: timer.isFailed ? 'error' : 'ok',
    attributes: {},
  };
}
