import { isWrappedKey } from '../../../packages/sdk/src/seal/index.ts';
import type { KeptKey } from './ports.ts';

export interface KeyRejection {
  /** Counted from 1. */
  line: number;
  code: 'invalid_json' | 'invalid_key' | 'different_key' | 'too_many';
  message: string;
}

export interface PostedKeys {
  /** Each with the line it stood in. */
  keys: { line: number; key: KeptKey }[];
  /** The first of them. */
  rejected: KeyRejection[];
  /** All. */
  rejectedCount: number;
}

/** Keys of one request: a client sends one a day. */
const MOST_KEYS = 1_000;
/** As many as anybody reads: a body of line ends must not be answered by megabytes. */
const LISTED = 1_000;
const LONGEST_WRAPPED = 8_192;
const LONGEST_WRAPPER = 512;
const EARLIEST = Date.UTC(2000, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * `POST /api/keys`: a wrapped key each line, as the SDK writes it:
 * `{"version":1,"id":"<32 hex>","wrappedBy":"local:…","wrapped":"<hex>","createdAt":"2031-01-01T00:00:00.000Z"}`.
 */
export function readPostedKeys(body: string, { projectId, now }: { projectId: number; now: number }): PostedKeys {
  const keys: PostedKeys['keys'] = [];
  const rejected: KeyRejection[] = [];
  let rejectedCount = 0;
  let line = 0;
  const reject = (code: KeyRejection['code'], message: string): void => {
    rejectedCount++;
    if (rejected.length < LISTED) rejected.push({ line, code, message });
  };
  for (const text of body.split('\n')) {
    line++;
    if (text.trim() === '') continue;
    if (keys.length >= MOST_KEYS) {
      reject('too_many', `a request has ${MOST_KEYS} keys at most`);
      continue;
    }
    const value = parsed(text);
    if (value === undefined) {
      reject('invalid_json', 'the line is no JSON');
      continue;
    }
    const key = keptKey(value, projectId, now);
    if (key === null) reject('invalid_key', 'the line is no wrapped key');
    else keys.push({ line, key });
  }
  return { keys, rejected, rejectedCount };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function keptKey(value: unknown, projectId: number, now: number): KeptKey | null {
  if (!isWrappedKey(value)) return null;
  const { id, wrappedBy, wrapped } = value;
  const isWhole = /^(?:[0-9a-f]{2}){32,}$/.test(wrapped) && wrapped.length <= LONGEST_WRAPPED;
  if (!isWhole || wrappedBy === '' || wrappedBy.length > LONGEST_WRAPPER) return null;
  const claimed = Date.parse(value.createdAt);
  if (Number.isNaN(claimed)) return null;
  // A clock that runs ahead, or was never set, must not decide how long the key is kept.
  const createdAt = claimed < EARLIEST || claimed > now + DAY_MS ? now : claimed;
  return { id, projectId, wrappedBy, wrapped, createdAt, receivedAt: now };
}
