/** Keys that sealed records were made with, wrapped: without the key that wrapped them they are worth nothing. Instants are epoch ms. */
export interface KeptKey {
  /** 32 hex digits, made at random by the client; the same id in two projects is two keys. */
  id: string;
  projectId: number;
  /** The id of the key that wrapped it. */
  wrappedBy: string;
  /** Hex. */
  wrapped: string;
  createdAt: number;
  receivedAt: number;
}

export interface SealingKeyStore {
  /** In one transaction; durable when it resolves. A key that is there already changes nothing. Gives what became of each. */
  add(keys: readonly KeptKey[]): Promise<KeyOutcome[]>;
  /** Of one project, or of all where it is not known which (null). */
  find(id: string, projectId: number | null): Promise<KeptKey[]>;
  /** The newest first. */
  list(limit: number): Promise<KeptKey[]>;
  /** Ids of those that may go, oldest first; deletes none that is younger than `createdBefore`. */
  forget(options: { createdBefore: number; limit: number }): Promise<number>;
  remove(key: { id: string; projectId: number }): Promise<boolean>;
  /** The time of the oldest event that is kept; null when there is none. */
  oldestEventAt(): Promise<number | null>;
}

/** `different`: another key has that id; the one that came first stays. */
export type KeyOutcome = 'new' | 'known' | 'different';

/** Who did what, for good. */
export interface AuditTrail {
  /** Resolves once the entry is on disk, synced: what it tells of may happen then, and not before. */
  append(entry: TrailEntry): Promise<void>;
}

export interface TrailEntry {
  at: number;
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown> | null;
  address: string | null;
}
