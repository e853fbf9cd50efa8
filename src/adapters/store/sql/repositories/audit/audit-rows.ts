import type { Insertable, Selectable } from 'kysely';
import type { ChainedEntry, KeptCheckpoint, KeptTrail, SignedCheckpoint } from '../../../../../core/audit/index.ts';
import { toInstant } from '../../../../../core/shared/index.ts';
import type { Schema } from '../../schema.ts';

export type TrailRow = Selectable<Schema['audit_trail']>;
type EntryRow = Selectable<Schema['audit_entry']>;
type CheckpointRow = Selectable<Schema['audit_checkpoint']>;

export function trailOf({ name, chain, epoch, project_id }: TrailRow): KeptTrail {
  return { name, trail: { name: chain, epoch }, projectId: project_id };
}

export function entryRow(trailId: number, { at, fields, ...entry }: ChainedEntry): Insertable<Schema['audit_entry']> {
  return { ...entry, trail_id: trailId, at: Date.parse(at), fields: fields === null ? null : JSON.stringify(fields) };
}

/** What was changed into no JSON is shown as it stands: its hash tells. */
export function entryOf({ trail_id, at, outcome, fields, ...entry }: EntryRow): ChainedEntry {
  return {
    ...entry,
    at: toInstant(at),
    outcome: outcome as ChainedEntry['outcome'],
    fields: fields === null ? null : readFields(fields),
  };
}

function readFields(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { unreadable: text };
  }
}

export function checkpointRow(
  trailId: number,
  { checkpoint: { count, head, at, keyId, signature }, publicKey }: SignedCheckpoint,
): Insertable<Schema['audit_checkpoint']> {
  const signed = { key_id: keyId, signature, public_key: publicKey };
  return { trail_id: trailId, count, head, at: Date.parse(at), ...signed, anchored_at: null };
}

export function checkpointOf(row: CheckpointRow, { chain, epoch }: TrailRow): KeptCheckpoint {
  const { count, head, at, key_id, signature, public_key, anchored_at } = row;
  return {
    checkpoint: { version: 1, trail: chain, epoch, count, head, at: toInstant(at), keyId: key_id, signature },
    publicKey: public_key,
    anchoredAt: anchored_at,
  };
}
