import {
  createLocalWrapper,
  type Field,
  type KeyWrapper,
  openRecord,
  readEnvelope,
  readKeyTexts,
  restoreFields,
  type SealedEnvelope,
  SealingError,
  type WrappedKey,
} from '../../../packages/sdk/src/seal/index.ts';
import { type Clock, GuardianError } from '../shared/index.ts';
import type { AuditTrail, KeptKey, SealingKeyStore } from './ports.ts';

/** A record that somebody wants to read whole. */
export interface SealedRecord {
  /** How its reader names it: `event 123`, `records.ndjson:7`. */
  name: string;
  id: string;
  service: string;
  /** Null: not known, it does not come from this store. */
  projectId: number | null;
  envelope: SealedEnvelope;
  /** What is shown with the values back in their places. */
  content: unknown;
}

export type DecryptedRecord =
  | { name: string; fields: Field[]; content: unknown }
  | { name: string; problem: SealingError['problem']; reason: string };

export interface DecryptOptions {
  /** Who reads, in their own words, and why: both are needed. */
  who: string;
  why: string;
  /** What the system says of them: its user, the machine. */
  account: string;
  trail: AuditTrail;
  keys: Pick<SealingKeyStore, 'find'>;
  wrappers: readonly KeyWrapper[];
  clock: Clock;
}

const LONGEST_TEXT = 1_000;

/**
 * Opens sealed records. The audit entry is on disk before anything is opened; when it cannot be written nothing is, and its error is
 * thrown. A record that cannot be opened says why, and keeps no other from being opened.
 */
export async function decryptRecords(
  records: readonly SealedRecord[],
  { who, why, account, trail, keys, wrappers, clock }: DecryptOptions,
): Promise<DecryptedRecord[]> {
  const [actor, reason] = [who.trim(), why.trim()];
  if (actor === '' || reason === '') throw new GuardianError('usage_invalid', { reason: (m) => m.asking.whoAndWhy });
  await trail.append({
    at: clock.now(),
    actor: `person:${actor.slice(0, LONGEST_TEXT)}`,
    action: 'record.decrypt',
    target: records
      .map(({ name }) => name)
      .join(', ')
      .slice(0, LONGEST_TEXT),
    detail: {
      reason: reason.slice(0, LONGEST_TEXT),
      account,
      records: records.map(({ name, id, service, envelope }) => ({
        name,
        id,
        service,
        key: envelope.key,
        paths: envelope.paths,
      })),
    },
    address: null,
  });
  const opened: DecryptedRecord[] = [];
  for (const record of records) opened.push(await opening(record, keys, wrappers));
  return opened;
}

async function opening(
  { name, id, service, projectId, envelope, content }: SealedRecord,
  keys: DecryptOptions['keys'],
  wrappers: readonly KeyWrapper[],
): Promise<DecryptedRecord> {
  const known = (await keys.find(envelope.key, projectId)).map(wrappedKey);
  let failure: SealingError | null = null;
  // A record may carry its key; of one that is not known whose it is, several may have the id.
  for (const wrapped of [...known, null]) {
    try {
      const fields = await openRecord({ id, service, envelope, wrapped, wrappers });
      return { name, fields, content: restoreFields(content, fields) };
    } catch (thrown) {
      if (!(thrown instanceof SealingError)) throw thrown;
      failure ??= thrown;
    }
  }
  return { name, problem: failure?.problem ?? 'key-missing', reason: failure?.message ?? '' };
}

function wrappedKey({ id, wrappedBy, wrapped, createdAt }: KeptKey): WrappedKey {
  return { version: 1, id, wrappedBy, wrapped, createdAt: new Date(createdAt).toISOString() };
}

/** The envelope in a record's attributes; null when nothing of it is sealed. */
export function envelopeOf(attributes: unknown): SealedEnvelope | null {
  if (typeof attributes !== 'object' || attributes === null) return null;
  return readEnvelope((attributes as Record<string, unknown>).sealed);
}

/** Keys that wrap, several after a change of them; `place` names where they stood. Throws `configuration_invalid`. */
export function localWrappers(texts: string, place: string): KeyWrapper[] {
  try {
    return readKeyTexts(texts, place).map((bytes) => createLocalWrapper({ bytes }));
  } catch (cause) {
    if (!(cause instanceof SealingError)) throw cause;
    throw new GuardianError('configuration_invalid', { key: place, reason: cause.message, cause });
  }
}
