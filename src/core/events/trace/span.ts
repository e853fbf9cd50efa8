/** A stretch of work within a trace, as it is kept. Instants are epoch ms with a fraction. */
export interface Span {
  projectId: number;
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits; of a timer that has none, made of its event. */
  id: string;
  parent: string | null;
  name: string;
  service: string;
  kind: SpanKind;
  start: number;
  durationMs: number;
  status: 'unset' | 'ok' | 'error';
  /** Redacted and bounded. */
  attributes: Record<string, unknown>;
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'timer';
