import type { SealedField } from '../redact/index.ts';
import { type BlindIndex, type BlindIndexOptions, createBlindIndex } from './blind-index.ts';
import { type FailedSeal, type SealedEnvelope, sealFields } from './envelope.ts';
import { openKeyFile } from './key-file.ts';
import { type DataKey, openKeyRing, type SealingTime } from './key-ring.ts';
import { createLocalWrapper, type KeyWrapper, type WrappedKey } from './key-wrapper.ts';
import { type KeySource, readKey } from './read-key.ts';
import { SealingError } from './sealing-error.ts';

/** Seals the fields that redaction took out of a record. */
export interface Sealer {
  /**
   * What goes under `attributes.sealed`: an envelope of all fields, made in one operation, or the mark that they went out without their
   * values. Never clear text, never a throw; waits for nobody.
   */
  sealRecord(record: RecordToSeal): SealResult;
  counters(): SealerCounters;
  /** The key is given up; nothing can be sealed afterwards. */
  close(): void;
}

export interface RecordToSeal {
  /** The record's id: an envelope opens in this record only. */
  id: string;
  service: string;
  /** As the redactor gave them, in the order of their slots. */
  fields: readonly SealedField[];
}

export type SealResult = { isSealed: true; sealed: SealedEnvelope } | { isSealed: false; sealed: FailedSeal };

export interface SealerCounters {
  /** Records. */
  sealed: number;
  failed: number;
  /** Keys taken into use, the first included. */
  rotations: number;
  failedRotations: number;
}

export interface SealerOptions {
  /** The key that wraps data keys (32 bytes), or a service that holds it. */
  wrappingKey: KeySource | KeyWrapper;
  /** The history of wrapped keys: its own file, made with mode 0600, never shortened. */
  keyFile: string;
  /**
   * Sends a wrapped key to the server (`POST /api/keys`), and resolves once it is there; until then the envelopes carry it, so that no
   * record arrives before its key. A rejection is tried again.
   */
  publish?: (key: WrappedKey) => Promise<void>;
  blindIndex?: BlindIndexOptions;
  /** Default 24 h. */
  rotateAfterMs?: number;
  /** Default 10,000 records. */
  rotateAfterUses?: number;
  time?: SealingTime;
  /** Own troubles; standard error by default. */
  onTrouble?: (line: string) => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const ROTATE_AFTER_USES = 10_000;
const RETRY_AFTER_MS = 30_000;
const TELL_EVERY_MS = 30_000;

const SYSTEM_TIME: SealingTime = { elapsed: () => performance.now(), wall: () => Date.now() };

/**
 * Ready when the first data key is wrapped and durable. Throws `SealingError` where a key is missing or not of exactly 32 bytes, where
 * index and wrapping key are the same, and where the key file cannot be written: the program must not start.
 */
export async function createSealer(options: SealerOptions): Promise<Sealer> {
  const time = options.time ?? SYSTEM_TIME;
  const tell = limited(options.onTrouble ?? toStandardError, time);
  refuseSharedKey(options);
  const index = options.blindIndex === undefined ? null : createBlindIndex(options.blindIndex);
  const ring = await openKeyRing({
    wrapper: isWrapper(options.wrappingKey) ? options.wrappingKey : createLocalWrapper(options.wrappingKey),
    file: openKeyFile(options.keyFile),
    publish: options.publish ?? null,
    rotateAfterMs: options.rotateAfterMs ?? DAY_MS,
    rotateAfterUses: options.rotateAfterUses ?? ROTATE_AFTER_USES,
    retryAfterMs: RETRY_AFTER_MS,
    time,
    onTrouble: tell,
  });
  let sealed = 0;
  let failed = 0;
  const fail = (reason: FailedSeal['failed']): SealResult => {
    failed++;
    tell(`a record went out without the fields that were to be encrypted (${reason}); ${failed} so far`);
    return { isSealed: false, sealed: { version: 1, failed: reason } };
  };
  return {
    sealRecord(record) {
      try {
        const key = ring.take();
        if (key === null) return fail('no-key');
        const envelope = sealFields(record, key.id, key.key);
        if (envelope === null) return fail('too-large');
        const complete = completed(envelope, record, key, index);
        sealed++;
        return { isSealed: true, sealed: complete };
      } catch {
        return fail('unsealable');
      }
    },
    counters: () => {
      const { rotations, failedRotations } = ring.counters();
      return { sealed, failed, rotations, failedRotations };
    },
    close: ring.close,
  };
}

function completed(
  envelope: SealedEnvelope,
  { fields }: RecordToSeal,
  key: DataKey,
  index: BlindIndex | null,
): SealedEnvelope {
  if (index !== null) {
    for (const { path, value } of fields) {
      const equal = index.of(path, value);
      if (equal === null) continue;
      envelope.index ??= {};
      envelope.index[path] = equal;
    }
  }
  if (!key.isPublished) envelope.wrapped = key.wrapped;
  return envelope;
}

function isWrapper(source: KeySource | KeyWrapper): source is KeyWrapper {
  return 'wrap' in source;
}

/** Who may search for equal values must not thereby be able to read them. */
function refuseSharedKey({ wrappingKey, blindIndex }: SealerOptions): void {
  if (blindIndex === undefined || isWrapper(wrappingKey)) return;
  if (readKey(wrappingKey).equals(readKey(blindIndex.key)))
    throw new SealingError('key-invalid', 'the key of the blind index must be another than the one that wraps');
}

/** At most one line of each kind and half minute. */
function limited(tell: (line: string) => void, time: SealingTime): (line: string) => void {
  const toldAt = new Map<string, number>();
  return (line) => {
    const kind = line.slice(0, 24);
    const last = toldAt.get(kind);
    if (last !== undefined && time.elapsed() - last < TELL_EVERY_MS) return;
    toldAt.set(kind, time.elapsed());
    tell(line);
  };
}

function toStandardError(line: string): void {
  process.stderr.write(`guardian: ${line}\n`);
}
