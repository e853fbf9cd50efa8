import type { AuditEntry, ChainedEntry, Checkpoint, Trail } from '../../../packages/sdk/src/audit/index.ts';

/** Somebody did something. */
export interface AuditAction
  extends Pick<AuditEntry, 'actor' | 'action' | 'object' | 'outcome' | 'address' | 'fields'> {
  /** Epoch ms. */
  at: number;
}

/** What notes an action: Guardian's own trail. */
export interface AuditRecorder {
  /** Resolves once the entry is durable at its place in the chain; rejects when it is not kept. */
  record(action: AuditAction): Promise<void>;
}

/** A trail that is kept. */
export interface KeptTrail {
  /** `guardian` is its own; an application's is `<service>/<epoch>`. */
  name: string;
  /** As entries and checkpoints are bound to it. */
  trail: Trail;
  /** Null: Guardian's own. */
  projectId: number | null;
}

export interface TrailSummary extends KeptTrail {
  entries: number;
  /** Epoch ms of the last entry. */
  lastAt: number | null;
  lastCheckpoint: { count: number; at: number; isAnchored: boolean } | null;
}

export interface AuditSearch {
  trail: string;
  /** One of these. */
  actors?: readonly string[];
  action?: string;
  object?: string;
  /** Epoch ms, both included. */
  from?: number;
  to?: number;
  cursor: string | null;
  limit: number;
}

/** A checkpoint with the key (PEM) that it can be verified by. */
export interface SignedCheckpoint {
  checkpoint: Checkpoint;
  publicKey: string;
}

export interface KeptCheckpoint extends SignedCheckpoint {
  /** Epoch ms when every anchor had taken it, or a later one; null: none did. */
  anchoredAt: number | null;
}

/** Guarantee: no two entries of a trail have one sequence, on however many nodes; nothing here changes or deletes an entry. */
export interface AuditStore {
  /** Gives the action the next place of Guardian's own trail. Durable when it resolves. */
  append(action: AuditAction): Promise<ChainedEntry>;
  /** Of an application: kept as it is sent, at the place that it names. Durable when it resolves; gives what became of each. */
  receive(projectId: number, records: readonly PostedRecord[]): Promise<PostedOutcome[]>;
  find(name: string): Promise<KeptTrail | null>;
  /** Guardian's own first, then the newest; at most `limit`. */
  trails(limit: number): Promise<TrailSummary[]>;
  /** Sequence and hash of the last entry; null: there is none. */
  head(name: string): Promise<{ trail: Trail; count: number; head: string } | null>;
  /** In the order of their sequence, from the one after `after`. */
  entries(name: string, after: number, limit: number): Promise<ChainedEntry[]>;
  /** Newest first. */
  search(search: AuditSearch): Promise<{ items: ChainedEntry[]; nextCursor: string | null }>;
  /** In the order of their count; the newest alone where so asked. */
  checkpoints(name: string, which: 'all' | 'last'): Promise<KeptCheckpoint[]>;
  /** One that is there already changes nothing. */
  addCheckpoint(name: string, checkpoint: SignedCheckpoint): Promise<void>;
  /**
   * Writes an outbox row that tells people of it, unless they were told of as much, or of anything within `everyMs`; one signed with another key is told at once.
   * Gives whether it was written: by one node alone.
   */
  tell(name: string, checkpoint: SignedCheckpoint, when: { at: number; everyMs: number }): Promise<boolean>;
  /** All up to that count. */
  anchored(name: string, count: number, at: number): Promise<void>;
}

/** A line of `POST /api/audit-trail`. */
export type PostedRecord =
  | { kind: 'entry'; trail: Trail; entry: ChainedEntry }
  | ({ kind: 'checkpoint' } & SignedCheckpoint);

/** `different`: another stands at its place, and stays; `foreign`: the trail is another project's. */
export type PostedOutcome = 'new' | 'known' | 'different' | 'foreign';

/** A place that whoever can change the trail cannot change. */
export interface CheckpointAnchor {
  /** For messages: `file /…`, `webhook https://…`. */
  name: string;
  /** Resolves once it is kept there; an error of the catalogue else. */
  keep(signed: SignedCheckpoint): Promise<void>;
}
