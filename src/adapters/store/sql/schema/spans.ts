export interface SpanTable {
  trace_id: string;
  id: string;
  project_id: number;
  parent: string | null;
  name: string;
  service: string;
  kind: string;
  /** Epoch ms with a fraction. */
  start: number;
  duration_ms: number;
  /** unset, ok or error */
  status: string;
  /** JSON */
  attributes: string;
}

/** What the spans of a trace amount to; kept beside them, so that a list reads no spans. */
export interface TraceTable {
  trace_id: string;
  project_id: number;
  /** Epoch ms with a fraction. */
  start: number;
  finish: number;
  root: string | null;
  spans: number;
  errors: number;
}

export interface TraceServiceTable {
  trace_id: string;
  project_id: number;
  service: string;
}
