import type { Generated } from 'kysely';

export interface AuditTrailTable {
  id: Generated<number>;
  /** `guardian`, or `<chain>/<epoch>` of an application. */
  name: string;
  /** What entries are bound to: the name of the program, without the epoch. */
  chain: string;
  /** 32 hex digits. */
  epoch: string;
  /** Null: Guardian's own. */
  project_id: number | null;
  begun_at: number;
}

export interface AuditEntryTable {
  trail_id: number;
  /** From 1. */
  sequence: number;
  at: number;
  actor: string;
  action: string;
  object: string;
  outcome: string;
  address: string | null;
  /** JSON. */
  fields: string | null;
  /** 64 hex digits each. */
  previous: string;
  hash: string;
}

export interface AuditCheckpointTable {
  trail_id: number;
  /** Entries that it covers. */
  count: number;
  key_id: string;
  head: string;
  at: number;
  /** Base64. */
  signature: string;
  /** PEM. */
  public_key: string;
  /** When every anchor had it, or a later one. */
  anchored_at: number | null;
}
