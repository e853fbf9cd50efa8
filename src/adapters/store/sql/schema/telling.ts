import type { Generated } from 'kysely';

/** Never overwritten: a report is a row. */
export interface ReportTable {
  id: string;
  project_id: number | null;
  service: string | null;
  status: string;
  /** schedule, critical, demand, trigger. */
  occasion: string;
  from_time: number | null;
  to_time: number | null;
  made_at: number;
  /** ms of the schedule that made it, for "stale"; null otherwise. */
  interval_ms: number | null;
  errors: number;
  warnings: number;
  /** guardian.report/1, packed as event details are; null when Guardian could not look: `problem` says why. */
  json: Uint8Array | null;
  problem: string | null;
}

/** What happened, for whoever cares: written in the transaction of the change itself. */
export interface OutboxTable {
  id: Generated<number>;
  at: number;
  /** issue-opened, issue-regressed, issue-escalated, issue-changed, report-made, … */
  kind: string;
  project_id: number | null;
  subject_id: string;
  payload: string | null;
  /** Null until it was taken up. */
  done_at: number | null;
}

/** A message on its way to one recipient; the only layer that retries. */
export interface DeliveryTable {
  id: string;
  /** Unique with recipient and channel: one occasion reaches nobody twice. */
  occasion: string;
  channel: string;
  recipient: string;
  /** With the recipient it finds what was told last, for the cool-down. */
  service: string;
  /** The whole message as JSON, packed. */
  message: Uint8Array;
  /** pending, sending, sent, stored (no server is configured: NOT sent), failed. */
  state: string;
  attempts: number;
  created_at: number;
  next_attempt_at: number;
  claimed_until: number | null;
  sent_at: number | null;
  last_error: string | null;
  /** What the other side said when it accepted. */
  receipt: string | null;
  /** Service, status and issues it told of, for the cool-down. JSON. */
  about: string;
}
