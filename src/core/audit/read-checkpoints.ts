import type { SignedCheckpoint } from './ports.ts';

/**
 * Checkpoints as anchors keep them: a JSON line each, `{"checkpoint": {…}, "publicKey": "PEM"}`. Null for a line that is none: a file that
 * was cut or changed must not pass for one that has less to say.
 */
export function readCheckpoints(text: string): { checkpoints: SignedCheckpoint[]; invalidLine: number | null } {
  const checkpoints: SignedCheckpoint[] = [];
  let invalidLine: number | null = null;
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const read = toSignedCheckpoint(parsed(line));
    if (read !== null) checkpoints.push(read);
    else invalidLine ??= index + 1;
  });
  return { checkpoints, invalidLine };
}

/** Null: it has another shape. Whether it is genuine is the verification's to say. */
export function toSignedCheckpoint(value: unknown): SignedCheckpoint | null {
  if (!isObject(value) || !isObject(value.checkpoint) || typeof value.publicKey !== 'string') return null;
  const { version, trail, epoch, count, head, at, keyId, signature } = value.checkpoint;
  const isWhole =
    version === 1 &&
    typeof trail === 'string' &&
    isName(trail) &&
    isHex(epoch, 32) &&
    Number.isSafeInteger(count) &&
    (count as number) >= 0 &&
    isHex(head, 64) &&
    isInstant(at) &&
    isHex(keyId, 32) &&
    typeof signature === 'string' &&
    /^[A-Za-z0-9+/]{86}==$/.test(signature) &&
    value.publicKey.length <= LONGEST_KEY;
  if (!isWhole) return null;
  const checkpoint = { version, trail, epoch, count, head, at, keyId, signature } as SignedCheckpoint['checkpoint'];
  return { checkpoint, publicKey: value.publicKey };
}

const LONGEST_KEY = 500;
const LONGEST_NAME = 200;

/** No separator of our own, nothing that a database or a terminal takes amiss. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME && !/[\p{Cc}\p{Cs}]/u.test(value);
}

export function isHex(value: unknown, digits: number): value is string {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value);
}

/** RFC 3339, UTC, milliseconds, in the one form that a stored instant comes back in. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const at = Date.parse(value);
  return !Number.isNaN(at) && new Date(at).toISOString() === value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}
