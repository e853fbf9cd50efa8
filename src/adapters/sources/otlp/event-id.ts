import { shortHash } from '../../../core/shared/index.ts';

const LENGTH = 32;

/** What makes a record the one it is; a repeat of it, also in another encoding or batch, says the same. */
export interface Identity {
  resourceKey: string;
  scope: string;
  time: number | null;
  severityNumber: number;
  body: unknown;
  attributes: Readonly<Record<string, unknown>>;
  traceId: string | null;
  spanId: string | null;
  /** Whatever else tells it apart. */
  more: string | null;
}

/** Ids of one request's events. Records equal in everything are told apart by their number among equals, which a client's retry repeats. */
export class EventIds {
  readonly #seen = new Map<string, number>();

  /** An id of a record by its content. */
  ofContent(identity: Identity): string {
    const { resourceKey, scope, time, severityNumber, body, attributes, traceId, spanId, more } = identity;
    const parts = [resourceKey, scope, time, severityNumber, body, attributes, traceId, spanId, more];
    const id = `otlp-${shortHash(JSON.stringify(parts), LENGTH)}`;
    const equals = this.#seen.get(id) ?? 0;
    this.#seen.set(id, equals + 1);
    return equals === 0 ? id : `otlp-${shortHash(`${id}#${equals}`, LENGTH)}`;
  }
}

export interface ExceptionIdentity {
  traceId: string | null;
  spanId: string | null;
  type: string | null;
  message: string | null;
}

/**
 * The id of an exception in a span, the same whether it comes as a log record, as a span event, or as both (`OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN=logs/dup`);
 * null outside of spans, and for exceptions without type and message.
 */
export function exceptionId({ traceId, spanId, type, message }: ExceptionIdentity): string | null {
  if (traceId === null || spanId === null || (type === null && message === null)) return null;
  return `otlp-${shortHash(JSON.stringify(['exception', traceId, spanId, type, message]), LENGTH)}`;
}

/** The id of a failed span; null when it has no ids. */
export function spanFailureId(traceId: string | null, spanId: string | null): string | null {
  if (traceId === null || spanId === null) return null;
  return `otlp-${shortHash(JSON.stringify(['span', traceId, spanId]), LENGTH)}`;
}
