import type { KeyObject } from 'node:crypto';
import { decrypt, encrypt, randomIv } from './aes-gcm.ts';
import type { WrappedKey } from './key-wrapper.ts';
import { SealingError } from './sealing-error.ts';

/**
 * The sealed fields of one record, all in one operation, as they stand under `attributes.sealed`. Everything is hex or plain names, so that
 * no detector of secrets takes a piece of cipher text for one; long texts come in pieces that a server's bounds let through.
 */
export interface SealedEnvelope {
  version: 1;
  /** Id of the data key. */
  key: string;
  /** 24 hex digits. */
  iv: string;
  /** JSON list of the fields' paths; the place in it is the slot: `[redacted:kind:1]` is the first. */
  paths: string;
  /** Hex of cipher text and tag, in pieces. */
  data: string[];
  /** By path: what equal values have in common. */
  index?: Record<string, string>;
  /** The wrapped data key, until the server confirmed that it has it. */
  wrapped?: WrappedKey;
}

/** In the place of an envelope: the fields went out without their values. */
export interface FailedSeal {
  version: 1;
  failed: 'no-key' | 'too-large' | 'unsealable';
}

export interface Field {
  path: string;
  value: unknown;
}

export interface SealingInput {
  id: string;
  service: string;
  fields: readonly Field[];
}

const PIECE = 8_000;
/** Servers keep lists of 128 items. */
const MOST_PIECES = 100;

/** Null: larger than what a server keeps of one record. */
export function sealFields(input: SealingInput, keyId: string, key: KeyObject | Uint8Array): SealedEnvelope | null {
  const paths = JSON.stringify(input.fields.map(({ path }) => path));
  const clear = JSON.stringify(input.fields.map(({ value }) => (value === undefined ? null : value)));
  if (paths.length > PIECE || clear.length * 2 > PIECE * MOST_PIECES) return null;
  const iv = randomIv();
  const hex = encrypt(key, iv, additionalData({ ...input, paths, keyId }), Buffer.from(clear)).toString('hex');
  if (hex.length > PIECE * MOST_PIECES) return null;
  const data: string[] = [];
  for (let at = 0; at < hex.length; at += PIECE) data.push(hex.slice(at, at + PIECE));
  return { version: 1, key: keyId, iv: iv.toString('hex'), paths, data };
}

/** The fields again, in the order of their slots. Throws `SealingError`: `not-authentic`, `format-unknown`. */
export function openFields(
  { id, service, envelope }: { id: string; service: string; envelope: SealedEnvelope },
  key: KeyObject | Uint8Array,
): Field[] {
  const { key: keyId, iv, paths, data } = envelope;
  const aad = additionalData({ id, service, paths, keyId });
  const clear = decrypt(key, Buffer.from(iv, 'hex'), aad, Buffer.from(data.join(''), 'hex'));
  const names = JSON.parse(paths) as string[];
  const values = JSON.parse(clear.toString('utf8')) as unknown[];
  if (names.length !== values.length)
    throw new SealingError('format-unknown', 'names and values do not belong together');
  return names.map((path, index) => ({ path, value: values[index] }));
}

/** A list in JSON: no name can be moved over the border to the next. */
function additionalData(bound: { id: string; service: string; paths: string; keyId: string }): Buffer {
  return Buffer.from(JSON.stringify(['guardian-seal-v1', bound.service, bound.id, bound.paths, bound.keyId]));
}

/** What stands under `attributes.sealed`, if it is an envelope that this version can open; null for anything else. */
export function readEnvelope(value: unknown): SealedEnvelope | null {
  if (typeof value !== 'object' || value === null) return null;
  const { version, key, iv, paths, data, wrapped } = value as Record<string, unknown>;
  if (version !== 1 || typeof key !== 'string' || typeof iv !== 'string' || typeof paths !== 'string') return null;
  if (!Array.isArray(data) || !data.every((piece) => typeof piece === 'string')) return null;
  return { version, key, iv, paths, data, ...(isWrappedKey(wrapped) ? { wrapped } : {}) };
}

/** Whether a value has the shape of a wrapped key, as a server gets it from a client that it cannot trust. */
export function isWrappedKey(value: unknown): value is WrappedKey {
  if (typeof value !== 'object' || value === null) return false;
  const { version, id, wrappedBy, wrapped, createdAt } = value as Record<string, unknown>;
  return (
    version === 1 &&
    typeof id === 'string' &&
    /^[0-9a-f]{32}$/.test(id) &&
    typeof wrappedBy === 'string' &&
    typeof wrapped === 'string' &&
    typeof createdAt === 'string'
  );
}
