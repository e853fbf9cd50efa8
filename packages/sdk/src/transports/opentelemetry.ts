import type { TraceReader } from '../trace/trace-context.ts';
import { isMissing, tellMissing } from './missing-peer.ts';

/**
 * Puts the ids of OpenTelemetry's running span onto every record: `await start({ …, trace: await openTelemetryTrace() })`. It only
 * reads: no tracer is made or registered. Null, and said on standard error, when `@opentelemetry/api` is not installed; records then
 * carry the ids of this SDK's own `runInTrace`.
 */
export async function openTelemetryTrace(): Promise<TraceReader | null> {
  try {
    const { trace, context, isSpanContextValid } = await import('@opentelemetry/api');
    return () => {
      const span = trace.getSpanContext(context.active());
      return span !== undefined && isSpanContextValid(span) ? span : null;
    };
  } catch (error) {
    if (!isMissing(error)) throw error;
    tellMissing('@opentelemetry/api', 'records do not carry its trace ids');
    return null;
  }
}
