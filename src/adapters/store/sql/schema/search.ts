import type { Generated } from 'kysely';

/** The search cluster that follows the events; no row: there is none, and nothing is queued for it. */
export interface SearchTargetTable {
  /** `cluster`: there is one. */
  name: string;
  /** Address, index prefix and the cluster’s own id: another one begins anew. */
  identity: string;
  /** Events before this seq were stored before it and are still to be read, newest first; null: all were. */
  filling_before: number | null;
  /** Events that it refused for good, and why the last of them. */
  refused: number;
  refused_reason: string | null;
  refused_at: number | null;
}

/** Events that were stored, changed their issue, or were deleted, and are not in the cluster so. Written by the database with the event itself. */
export interface SearchQueueTable {
  arrival: Generated<number>;
  seq: number;
  at: number;
}

/** That answers about an hour are no longer true: an event came late to it, changed its issue, or went. */
export interface SearchChangeTable {
  change: Generated<number>;
  /** Epoch ms at which the hour begins. */
  hour: number;
  at: number;
}
