import { AsyncLocalStorage } from 'node:async_hooks';
import { newSpan, parseTraceparent, type TraceContext, writeTraceparent } from './traceparent.ts';

/** Where the running code is in a trace. */
export type TracePosition = Pick<TraceContext, 'traceId' | 'spanId'>;

/**
 * Tells where in a trace the running code is; null outside. `@guardian/sdk/opentelemetry` has one that asks OpenTelemetry. Asked at every
 * record, so it must be quick.
 */
export type TraceReader = () => TracePosition | null;

interface OwnSpan {
  span: TraceContext;
  /** The span of the other tracer in which this one began: while that one is still the running one, this one is deeper. */
  outerSpanId: string | null;
}

const spans = new AsyncLocalStorage<OwnSpan>();

/** The span this SDK runs the code in (`runInTrace`, `timed`); null outside. */
export function currentSpan(): TraceContext | null {
  return spans.getStore()?.span ?? null;
}

/** Runs `work` in that very span; `outer`: where the other tracer was when it began. */
export function runInSpan<T>(span: TraceContext, outer: TracePosition | null, work: () => T): T {
  return spans.run({ span, outerSpanId: outer?.spanId ?? null }, work);
}

/** The deeper one of the other tracer's span and this SDK's. A reader that throws counts as outside. */
export function createTraceReader(outer: TraceReader | null, tellFault: (error: unknown) => void): TraceReader {
  if (outer === null) return currentSpan;
  return () => {
    const own = spans.getStore();
    let position: TracePosition | null = null;
    try {
      position = outer();
    } catch (error) {
      tellFault(error);
    }
    if (position === null) return own?.span ?? null;
    return own !== undefined && own.outerSpanId === position.spanId ? own.span : position;
  };
}

/**
 * Runs `work`, and everything asynchronous that it begins, in a span of its own: under the caller's (`traceparent` of its request), else
 * under the running one, else in a new trace. Records within carry its trace and span id.
 */
export function runInTrace<T>({ traceparent }: { traceparent?: string | null }, work: () => T): T {
  return runInSpan(newSpan(parseTraceparent(traceparent) ?? currentSpan()), null, work);
}

/** The header for calls to other services from within a trace; null outside. */
export function traceparent(): string | null {
  const span = currentSpan();
  return span === null ? null : writeTraceparent(span);
}
