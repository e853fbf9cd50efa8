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
  /** Null until notifications were made of it, or it was seen to be of a kind that nobody is told of. */
  told_at: number | null;
}

/** One message for one occasion, in no language yet. */
export interface NotificationTable {
  id: string;
  /** Unique: the same again is a repeat. */
  key: string;
  occasion: string;
  dedupe_key: string;
  at: number;
  /** 0 info, 1 warning, 2 error, 3 critical. */
  gravity: number;
  project_id: number | null;
  /** alert, run, chain, issue, report, guardian. */
  about_kind: string;
  about_id: string;
  firing: number | null;
  /** No route matched it. */
  is_unrouted: number;
  /** What routes match, and the facts. JSON. */
  content: string;
}

/** A message on its way to one address of one recipient; the only layer that retries. */
export interface DeliveryTable {
  id: string;
  /** Unique with recipient, channel and address, over all states: one occasion reaches nobody twice. */
  key: string;
  channel: string;
  /** As it may be shown: of a secret one its name. */
  address: string;
  /** Of a report: with the address it finds what was told last, for its cool-down. Empty otherwise. */
  service: string;
  /** The whole message as JSON, packed; `null` until it is composed. */
  message: Uint8Array;
  /** pending, held, suppressed, sending, sent, failed, dead, stored, simulated. */
  state: string;
  attempts: number;
  created_at: number;
  /** Of one that is held: the end of its hold. */
  next_attempt_at: number;
  claimed_until: number | null;
  sent_at: number | null;
  last_error: string | null;
  /** What the other side said when it accepted. */
  receipt: string | null;
  /** Of a report: service, status and issues it told of, for its cool-down. JSON. */
  about: string;
  notification_id: string | null;
  /** Id of the recipient; empty: an address without a person behind it. */
  recipient: Generated<string>;
  occasion: Generated<string>;
  gravity: Generated<number>;
  dedupe_key: Generated<string>;
  title: Generated<string>;
  /** Names of the routes that led here. JSON. */
  routes: Generated<string>;
  is_unrouted: Generated<number>;
  alert_id: string | null;
  firing: number | null;
  /** From trouble to recovery; null: it has none. */
  episode: string | null;
  /** The episode is over. */
  ended_at: number | null;
  /** Why it is held or suppressed. */
  reason: string | null;
  release_at: number | null;
  /** When it was to leave. */
  due_at: Generated<number>;
  /** Those with the same one leave as one message. */
  group_id: string | null;
  fallback_of: string | null;
  /** When it was seen that it does not arrive, and another channel was looked for. */
  stood_in_at: number | null;
  provider_id: string | null;
  first_attempt_at: number | null;
  last_attempt_at: number | null;
  /** Attempts before it was last sent again by hand. */
  attempts_before: Generated<number>;
  /** Order of what happened: the outbox row it came of. */
  position: Generated<number>;
}

export interface DeliveryAttemptTable {
  delivery_id: string;
  /** From 1. */
  number: number;
  at: number;
  /** sent, stored, simulated, failed, dead, lost (its process ended within it). */
  outcome: string;
  /** Verbatim. */
  error: string | null;
  ms: number;
}

/** How each address of each channel fares. */
export interface ChannelHealthTable {
  channel: string;
  address: string;
  failures_in_row: number;
  last_sent_at: number | null;
  last_failed_at: number | null;
  last_error: string | null;
}
