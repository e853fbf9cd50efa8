import type { Generated } from 'kysely';

/** One hand-off of an issue; at most one of an issue is open. */
export interface FixTable {
  /** `fix-` and 12 characters. */
  id: string;
  issue_id: string;
  project_id: number;
  service: string;
  /** handed off, proposed, merged, deployed, verified, recurred, declined, failed. */
  state: string;
  state_since: number;
  handed_off_at: number;
  is_automatic: number;
  /** `github:owner/name#12`, lower case; null: it has none. */
  pull_request: string | null;
  /** Grows with every change. */
  version: number;
  /** JSON of Fix, whole. */
  content: string;
  /** JSON of HandOff, packed; null once it is forgotten. */
  hand_off: Uint8Array | null;
}

export interface FixChangeTable {
  id: Generated<number>;
  fix_id: string;
  at: number;
  /** `guardian`, `user:<id>`, `key:<id>`, `agent:<label>`, … */
  actor: string;
  action: string;
  /** JSON. */
  detail: string | null;
}

export interface FixAttemptTable {
  id: string;
  fix_id: string;
  /** command, github-issue, github-comment, github-pull-request. */
  kind: string;
  /** JSON of FixWork. */
  work: string;
  /** pending, running, done, dead. */
  state: string;
  tries: number;
  next_at: number;
  node: string | null;
  claimed_until: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  last_error: string | null;
  /** JSON of AgentRun, packed. */
  run: Uint8Array | null;
}

/** What a mail that was taken is known by: it counts once. */
export interface FixReplyMarkTable {
  mark: string;
  at: number;
}
