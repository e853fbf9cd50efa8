import { statusName } from '../../../../packages/sdk/src/usage/status-name.ts';
import { USAGE_BOUNDS } from '../../../../packages/sdk/src/usage/usage-record.ts';
import { isUserError, type UsageFact, type Who } from '../../../core/usage/index.ts';
import { isObject, type JsonObject } from '../text/field.ts';
import type { Identify } from './usage-format.ts';

export interface UsageContext {
  /** Epoch ms. */
  receivedAt: number;
  /** What is older is not taken. */
  oldest: number;
  identify: Identify;
}

/** Why a record was not taken; safe to show: it names the field, and holds nothing of the record. */
export interface UsageFault {
  code: string;
  message: string;
  /** Which numbers of its sender are refused with it. */
  numbers?: RefusedNumbers | null;
}

export interface RefusedNumbers {
  service: string;
  sender: string;
  first: number;
  last: number;
}

export function isFault(read: UsageFact | UsageFault): read is UsageFault {
  return 'code' in read && !('kind' in read);
}

/** Thrown within this file only: the first thing that is wrong ends the reading of a record. */
class WrongField extends Error {
  readonly fault: UsageFault;

  constructor(code: string, message: string) {
    super(message);
    this.fault = { code, message };
  }
}

/** One record as `usage-record.ts` of the SDK specifies it. A wrong or longer field is an error that names it, never a guess or a cut. */
export function readUsage(record: JsonObject, context: UsageContext): UsageFact | UsageFault {
  try {
    return factOf(record, context);
  } catch (thrown) {
    if (thrown instanceof WrongField) return { ...thrown.fault, numbers: numbersOf(record) };
    throw thrown;
  }
}

/** Null: the record does not say it as it should. A batch has a number for each of its rows. */
export function numbersOf({ service, sender, sequence, rows }: JsonObject): RefusedNumbers | null {
  try {
    const known = numbered({ sender, sequence });
    if (known.sender === null || known.sequence === null) return null;
    const count = Array.isArray(rows) ? rows.length : 1;
    const last = known.sequence + Math.max(1, count) - 1;
    return { service: needed({ service }, 'service'), sender: known.sender, first: known.sequence, last };
  } catch (thrown) {
    if (thrown instanceof WrongField) return null;
    throw thrown;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
/** Clocks are wrong by less. */
const AHEAD_MS = 24 * 3_600_000;
/** A stream that stays open for a week. */
const LONGEST_MS = 7 * 86_400_000;
/** Signs of life of one second are one record. */
const LONGEST_ACTIVITY_MS = 1_000;
const HIGHEST_SEQUENCE = 2 ** 48;

function factOf(record: JsonObject, context: UsageContext): UsageFact {
  const { kind } = record;
  const id = text(record.id, 'id', 36)?.toLowerCase();
  if (id === undefined || !UUID.test(id)) throw new WrongField('invalid_id', '"id" must be a uuid, made by the sender');
  const base = {
    id,
    at: instant(record.time, 'time', context),
    service: needed(record, 'service'),
    ...numbered(record),
  };
  switch (kind) {
    case 'request':
      return { ...base, kind, ...requestOf(record, base.at, context) };
    case 'activity': {
      const until = record.until === undefined ? base.at : instant(record.until, 'until', context);
      if (until < base.at || until > base.at + LONGEST_ACTIVITY_MS)
        throw new WrongField('invalid_time', `"until" must be at most ${LONGEST_ACTIVITY_MS} ms after "time"`);
      return { ...base, kind, who: somebody(record, base.at, context), until };
    }
    case 'login':
    case 'logout':
      return { ...base, kind, who: somebody(record, base.at, context) };
    case 'error':
      return { ...base, kind, ...errorOf(record, base.at, context) };
    case 'sequence':
      return { ...base, kind, state: stateOf(record.state), counters: countersOf(record.counters) };
    default:
      throw new WrongField('invalid_kind', '"kind" must be request, activity, login, logout, error or sequence');
  }
}

function numbered(record: JsonObject): { sender: string | null; sequence: number | null; revision: string | null } {
  const sender = text(record.sender, 'sender', USAGE_BOUNDS.sender) ?? null;
  const sequence = record.sequence === undefined ? null : whole(record.sequence, 'sequence', HIGHEST_SEQUENCE);
  if ((sender === null) !== (sequence === null) || sequence === 0)
    throw new WrongField('invalid_sequence', '"sender" and "sequence" (from 1) stand together');
  return { sender, sequence, revision: text(record.revision, 'revision', USAGE_BOUNDS.revision) ?? null };
}

function requestOf(record: JsonObject, at: number, context: UsageContext) {
  const status = whole(record.status, 'status', 599, 100);
  const feature = needed(record, 'feature');
  const who = whoOf(record, at, context);
  return {
    who,
    durationMs: whole(record.durationMs, 'durationMs', LONGEST_MS),
    method: needed(record, 'method'),
    endpoint: needed(record, 'endpoint'),
    feature,
    group: text(record.group, 'group', USAGE_BOUNDS.group) ?? feature,
    status,
    requestId: text(record.requestId, 'requestId', USAGE_BOUNDS.requestId) ?? null,
    error: errorOfAnswer(record.error, status, who),
    isSampled: record.isSampled === true,
  };
}

/** Status decides: every 4xx and 5xx but 499, whatever else is said. Only of nobody in particular it may be said that it is to be counted alone. */
function errorOfAnswer(error: unknown, status: number, who: Who | null) {
  if (!isUserError(status)) return null;
  if (error === null && who === null) return 'counted' as const;
  if (error !== undefined && error !== null) return errorParts(error);
  const name = statusName(status);
  return { type: name, message: `${name} ${status}`, stack: null };
}

function errorOf(record: JsonObject, at: number, context: UsageContext) {
  const { error } = record;
  return {
    who: whoOf(record, at, context),
    endpoint: needed(record, 'endpoint'),
    method: needed(record, 'method'),
    code: whole(isObject(error) ? error.code : undefined, 'error.code', 599, 400),
    error: errorParts(error),
    requestId: text(record.requestId, 'requestId', USAGE_BOUNDS.requestId) ?? null,
  };
}

function errorParts(error: unknown) {
  if (!isObject(error)) throw new WrongField('invalid_field', '"error" must be an object');
  const type = text(error.type, 'error.type', USAGE_BOUNDS.errorType);
  const message = text(error.message, 'error.message', USAGE_BOUNDS.errorMessage);
  if (type === undefined || message === undefined)
    throw new WrongField('invalid_field', '"error.type" and "error.message" are needed');
  return { type, message, stack: text(error.stack, 'error.stack', USAGE_BOUNDS.stack) ?? null };
}

function somebody(record: JsonObject, at: number, context: UsageContext): Who {
  const who = whoOf(record, at, context);
  if (who === null) throw new WrongField('invalid_field', '"user" is needed');
  return who;
}

const NO_CLIENT = 'unknown';

function whoOf(record: JsonObject, at: number, { identify }: UsageContext): Who | null {
  const user = record.user === null ? undefined : text(record.user, 'user', USAGE_BOUNDS.user);
  if (user === undefined) return null;
  const userAgent = text(record.userAgent, 'userAgent', USAGE_BOUNDS.userAgent) ?? null;
  const client = text(record.client, 'client', USAGE_BOUNDS.client) ?? userAgent ?? NO_CLIENT;
  const kept = identify(user, at);
  if (kept === null) throw new WrongField('erased_user', 'records of this user are not taken: it was erased');
  const ip = text(record.ip, 'ip', USAGE_BOUNDS.ip) ?? null;
  return { user: kept.user, userBefore: kept.before, client, userAgent, ip };
}

function stateOf(value: unknown): 'start' | 'running' | 'stop' {
  if (value === 'start' || value === 'running' || value === 'stop') return value;
  throw new WrongField('invalid_field', '"state" must be start, running or stop');
}

const COUNTERS = 64;

function countersOf(value: unknown): Record<string, number> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new WrongField('invalid_field', '"counters" must be an object');
  const entries = Object.entries(value);
  const isRight = entries.length <= COUNTERS && entries.every(([name, count]) => name.length <= 60 && isCount(count));
  if (!isRight) throw new WrongField('invalid_field', `"counters" must be at most ${COUNTERS} whole numbers`);
  return Object.fromEntries(entries) as Record<string, number>;
}

type Bounded = 'service' | 'method' | 'endpoint' | 'feature';

function needed(record: JsonObject, name: Bounded): string {
  const value = text(record[name], name, USAGE_BOUNDS[name]);
  if (value === undefined) throw new WrongField('missing_field', `"${name}" is needed`);
  return value;
}

/** Undefined when it is left out; characters that end a line or drive a terminal are no part of any of these. */
function text(value: unknown, name: string, length: number): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '')
    throw new WrongField('invalid_field', `"${name}" must be a text that is not empty`);
  if (value.length > length) throw new WrongField('too_long', `"${name}" has at most ${length} characters`);
  const forbidden = name === 'error.stack' ? /[\0-\x08\x0b-\x1f\x7f]/ : /[\0-\x1f\x7f]/;
  if (forbidden.test(value)) throw new WrongField('invalid_field', `"${name}" holds control characters`);
  return value;
}

function instant(value: unknown, name: string, { receivedAt, oldest }: UsageContext): number {
  const at = typeof value === 'string' && INSTANT.test(value) ? Math.floor(Date.parse(value)) : Number.NaN;
  if (Number.isNaN(at))
    throw new WrongField('invalid_time', `"${name}" must be RFC 3339 in UTC: 2025-10-20T03:18:28.648Z`);
  if (at > receivedAt + AHEAD_MS) throw new WrongField('invalid_time', `"${name}" lies more than a day ahead`);
  if (at < oldest) throw new WrongField('too_old', `"${name}" is older than what is kept`);
  return at;
}

function whole(value: unknown, name: string, highest: number, lowest = 0): number {
  if (isCount(value) && value >= lowest && value <= highest) return value;
  throw new WrongField('invalid_field', `"${name}" must be a whole number from ${lowest} to ${highest}`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
