import { type ChainedEntry, hashEntry, isGenuine } from '../../../packages/sdk/src/audit/index.ts';
import type { PostedRecord } from './ports.ts';
import { isHex, isInstant, isName, isObject, toSignedCheckpoint } from './read-checkpoints.ts';

export interface RecordRejection {
  /** Counted from 1. */
  line: number;
  code: 'invalid_json' | 'invalid_entry' | 'invalid_checkpoint' | 'different_entry' | 'foreign_trail' | 'too_many';
  message: string;
}

export interface PostedRecords {
  /** Each with the line it stood in. */
  records: { line: number; record: PostedRecord }[];
  /** The first of them. */
  rejected: RecordRejection[];
  /** All. */
  rejectedCount: number;
}

/** Records of one request. */
const MOST_RECORDS = 10_000;
/** As many as anybody reads. */
const LISTED = 1_000;
const LONGEST_LINE = 256 * 1024;
const LONGEST_TEXT = 2_000;
const OUTCOMES: readonly unknown[] = ['success', 'failure', 'denied'];

const REJECTIONS = {
  invalid_json: 'the line is no JSON object, or too long',
  invalid_checkpoint: 'the line is no checkpoint that its key signed',
  invalid_entry: 'the line is no entry of an audit trail, or not the one that its hash is of',
} as const;

/** The record of a line, or why it is none. */
function readRecord(line: string): PostedRecord | keyof typeof REJECTIONS {
  const value = line.length > LONGEST_LINE ? undefined : parsed(line);
  if (!isObject(value)) return 'invalid_json';
  if (value.kind === 'checkpoint') return checkpointOf(value) ?? 'invalid_checkpoint';
  return entryOf(value) ?? 'invalid_entry';
}

/**
 * `POST /api/audit-trail`, as the SDK writes it: `{"kind":"entry","service","epoch","sequence","at","actor","action","object","outcome",
 * "address","fields","previous","hash"}` and `{"kind":"checkpoint","checkpoint":{…},"publicKey"}`. What is not whole (its hash is another,
 * its signature is not the key's) is refused: it was damaged on its way.
 */
export function readPostedRecords(body: string): PostedRecords {
  const records: PostedRecords['records'] = [];
  const rejected: RecordRejection[] = [];
  let rejectedCount = 0;
  let line = 0;
  const reject = (code: RecordRejection['code'], message: string): void => {
    rejectedCount++;
    if (rejected.length < LISTED) rejected.push({ line, code, message });
  };
  for (const text of body.split('\n')) {
    line++;
    if (text.trim() === '') continue;
    if (records.length >= MOST_RECORDS) {
      reject('too_many', `a request has ${MOST_RECORDS} records at most`);
      continue;
    }
    const record = readRecord(text);
    if (typeof record === 'string') reject(record, REJECTIONS[record]);
    else records.push({ line, record });
  }
  return { records, rejected, rejectedCount };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function checkpointOf(value: Record<string, unknown>): PostedRecord | null {
  const signed = toSignedCheckpoint(value);
  if (signed === null || !isGenuine(signed.checkpoint, signed.publicKey)) return null;
  return { kind: 'checkpoint', ...signed };
}

function entryOf(value: Record<string, unknown>): PostedRecord | null {
  const { kind, service, epoch, sequence, at, actor, action, object, outcome, previous, hash } = value;
  const { address = null, fields = null } = value;
  const isWhole =
    kind === 'entry' &&
    isName(service) &&
    isHex(epoch, 32) &&
    Number.isSafeInteger(sequence) &&
    (sequence as number) >= 1 &&
    isInstant(at) &&
    [actor, action, object].every(isText) &&
    (address === null || isText(address)) &&
    (fields === null || isObject(fields)) &&
    OUTCOMES.includes(outcome) &&
    isHex(previous, 64) &&
    isHex(hash, 64);
  if (!isWhole) return null;
  const entry = { sequence, at, actor, action, object, outcome, address, fields, previous, hash } as ChainedEntry;
  try {
    if (hashEntry(entry.previous, entry) !== entry.hash) return null;
  } catch {
    // What has no canonical form was never hashed.
    return null;
  }
  return { kind: 'entry', trail: { name: service, epoch }, entry };
}

/** No NUL: PostgreSQL keeps none. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT && !value.includes('\0');
}
