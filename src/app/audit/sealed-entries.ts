import { type AuditStore, trailNameOf } from '../../core/audit/index.ts';
import { envelopeOf, type SealedRecord } from '../../core/sealing/index.ts';

/** `shop/0123…:7`: the trail of an application, and the sequence of an entry. */
const ENTRY = /^(.{1,200}\/[0-9a-f]{32}):(\d{1,15})$/;

/** Null: it names no entry of a trail. */
export function entryNamed(input: string): { trail: string; sequence: number } | null {
  const found = ENTRY.exec(input);
  return found === null ? null : { trail: found[1]!, sequence: Number(found[2]) };
}

/** None where there is no such entry, or nothing of it is sealed. */
export async function sealedEntry(
  store: Pick<AuditStore, 'find' | 'entries'>,
  { trail, sequence }: { trail: string; sequence: number },
): Promise<SealedRecord[]> {
  const kept = await store.find(trail);
  if (kept === null) return [];
  const [entry] = await store.entries(trail, sequence - 1, 1);
  if (entry?.sequence !== sequence) return [];
  const { name: service, epoch } = kept.trail;
  const record = asSealedEntry({ ...entry, service, epoch }, `entry ${trailNameOf(kept.trail)}:${sequence}`);
  return record === null ? [] : [{ ...record, projectId: kept.projectId }];
}

/** A line of an application's own file, as `POST /api/audit-trail` takes it. Null: it is none, or nothing of it is sealed. */
export function asSealedEntry(line: Record<string, unknown>, name: string): SealedRecord | null {
  const { service, epoch, sequence, fields } = line;
  const envelope = envelopeOf(fields);
  if (envelope === null || typeof service !== 'string' || typeof epoch !== 'string') return null;
  const { sealed: _sealed, ...plain } = fields as Record<string, unknown>;
  // As the SDK binds it: an entry that was moved to another place does not open.
  const id = `${epoch}-${String(sequence)}`;
  return { name, id, service, projectId: null, envelope, content: { ...line, fields: plain } };
}
