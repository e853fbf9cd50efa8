import type { Generated } from 'kysely';

/** One row for each dedupe key, from its first firing on. */
export interface AlertTable {
  /** Counts up; given by the database. */
  number: Generated<number>;
  id: string;
  project_id: number | null;
  rule: string;
  dedupe_key: string;
  type: string;
  severity: string;
  state: string;
  is_archived: number;
  /** Ascending in the order of the list: see `alert-row.ts`. */
  list_order: number;
  subject_kind: string;
  subject_id: string;
  first_seen: number;
  last_seen: number;
  count: number;
  firing: number;
  firing_since: number;
  next_send_at: number | null;
  next_send: string | null;
  next_step: number | null;
  step: number;
  unanswered_since: number;
  unanswered_severity: string;
  is_flapping: number;
  resolved_at: number | null;
  value: number | null;
  unit: string | null;
  threshold: string | null;
  subject_name: string;
  /** JSON. */
  subject_labels: string;
  /** JSON {at, by, until}, {at, by, notes}, or null. */
  acknowledged: string | null;
  resolved: string | null;
  /** What a text is looked for in, folded: see `foldSearch`. */
  search: string;
  description: string;
  advice: string | null;
  /** JSON {description, threshold, advice}, or null. */
  said: string | null;
  /** JSON. */
  evidence: string | null;
}

export interface AlertChangeTable {
  id: Generated<number>;
  alert_id: string;
  firing: number;
  at: number;
  by: string;
  action: string;
  from_state: string | null;
  to_state: string;
  notes: string | null;
  /** JSON. */
  detail: string | null;
}

/** How a rule stands towards one subject between looks; also what two deciders of one key wait for each other at. */
export interface AlertLookTable {
  dedupe_key: string;
  bad_since: number | null;
  bad_count: number;
  good_count: number;
  unknown_count: number;
  /** Null only inside the transaction that made the row: nothing was kept of it yet. */
  last_look_at: number | null;
}

export interface MeasurementTable {
  name: string;
  project_id: number;
  subject_kind: string;
  subject_id: string;
  at: number;
  value: number | null;
  unit: string | null;
}

/** The newest of each series. */
export interface MeasurementSeriesTable {
  name: string;
  project_id: number;
  subject_kind: string;
  subject_id: string;
  subject_name: string;
  /** JSON. */
  subject_labels: string;
  at: number;
  value: number | null;
  unit: string | null;
}

/** Texts that were looked at. */
export interface PostedTextTable {
  project_id: number;
  id: string;
  at: number;
  content: string;
  /** JSON. */
  subject: string;
  /** JSON list. */
  types: string;
}
