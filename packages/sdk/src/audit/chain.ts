import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** Who did what to what, and what came of it. */
export interface AuditEntry {
  /** From 1, without a hole. */
  sequence: number;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  actor: string;
  action: string;
  object: string;
  outcome: 'success' | 'failure' | 'denied';
  /** Where the actor came from; null: unknown, or the machine itself. */
  address: string | null;
  fields: Readonly<Record<string, unknown>> | null;
}

/** An entry at its place: `hash` is over `previous` and the entry; both are 64 hex digits. */
export interface ChainedEntry extends AuditEntry {
  previous: string;
  hash: string;
}

/** A trail by name, and one beginning of it: begun anew it is another chain. */
export interface Trail {
  name: string;
  /** 32 hex digits by chance, made when the trail begins. */
  epoch: string;
}

/** Stands before everything that is hashed: a hash of one kind is never one of another. */
const VERSION = 'guardian-audit-v1';

/** What the first entry of a trail has as its previous. */
export function genesisOf({ name, epoch }: Trail): string {
  return sha256(`${VERSION}\ngenesis\n${canonicalJson({ epoch, name })}`);
}

/** SHA-256 of the version, the previous hash and the canonical entry. Throws what `canonicalJson` throws. */
export function hashEntry(previous: string, entry: AuditEntry): string {
  const { sequence, at, actor, action, object, outcome, address, fields } = entry;
  return sha256(
    `${VERSION}\nentry\n${previous}\n${canonicalJson({ sequence, at, actor, action, object, outcome, address, fields })}`,
  );
}

/** Gives the entry its place behind `previous`. */
export function chainEntry(previous: string, entry: AuditEntry): ChainedEntry {
  return { ...entry, previous, hash: hashEntry(previous, entry) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
