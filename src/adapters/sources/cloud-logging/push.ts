import type { Event } from '../../../core/events/index.ts';
import type { WireBatch, WireBounds, WireFormat, WireReply, WireRequest } from '../../../core/ingest/ports.ts';
import { isDeeperThan } from '../text/bounds.ts';
import { InflateError, inflateBody } from '../wire/inflate.ts';
import { asObject, asText, type JsonObject } from './json-values.ts';
import { mapEntry } from './map-entry.ts';

/** 10 MB: the most that Pub/Sub lets one message hold (https://cloud.google.com/pubsub/quotas). */
const PUSH_MESSAGE_BYTES = 10_000_000;
/** The same in base64, with what stands around it. */
const PUSH_BODY_BYTES = Math.ceil(PUSH_MESSAGE_BYTES / 3) * 4 + 65_536;

/** Levels of an entry; Cloud Logging itself refuses deeper ones. */
const DEEPEST_ENTRY = 128;

/**
 * Log entries that a Pub/Sub push subscription delivers (https://cloud.google.com/pubsub/docs/push): wrapped in `message`, or bare where the
 * subscription unwraps payloads. One request is one entry. Whatever cannot be read is acknowledged and counted as dropped: Pub/Sub would deliver it
 * again for days, to the same end. Whether the sender is Pub/Sub is for `createPushVerifier` to say.
 */
export const cloudLoggingPush: WireFormat = { decode };

/** Only 102, 200, 201, 202 and 204 acknowledge a message. */
const ACKNOWLEDGED: WireReply = { status: 204, headers: {}, body: '' };

function decode(request: WireRequest, bounds: WireBounds): WireBatch {
  const message = readBody(request, bounds);
  if (typeof message === 'string') return dropped(message);
  const entry = entryOf(message, Math.min(bounds.itemBytes, PUSH_MESSAGE_BYTES));
  if (typeof entry === 'string') return dropped(entry);
  const name = projectOf(entry) ?? request.project.slug;
  const event = mapEntry(entry, { name, observedTime: request.receivedAt, offset: 0 });
  event.trust = request.trust;
  // Its other parts come in requests of their own.
  if (entry.split !== undefined) event.truncated = true;
  if (asText(entry.insertId) === null) event.source.position = asText(metadataOf(message).messageId) ?? 'push';
  return { events: [event], claimedTimes: claimedTimesOf(event), records: [], dropped: [], reply: () => ACKNOWLEDGED };
}

/** An entry without a time stands at its arrival, and at another one when it is delivered again. */
function claimedTimesOf({ id, time, observedTime, timeSuspect }: Event): Map<string, number> {
  return new Map(timeSuspect && time === observedTime ? [[id, 0]] : []);
}

type Unreadable = 'invalid' | 'too-large' | 'unsupported';

function dropped(reason: Unreadable): WireBatch {
  return {
    events: [],
    records: [],
    dropped: [{ reason, category: 'log_item', quantity: 1 }],
    reply: () => ACKNOWLEDGED,
  };
}

function readBody({ body, headers }: WireRequest, bounds: WireBounds): JsonObject | Unreadable {
  const maxBytes = Math.min(bounds.inflatedBytes, PUSH_BODY_BYTES);
  if (body.length > maxBytes) return 'too-large';
  try {
    return parseObject(inflateBody(body, headers['content-encoding'], maxBytes)) ?? 'invalid';
  } catch (error) {
    return error instanceof InflateError && error.kind !== 'broken' ? error.kind : 'invalid';
  }
}

function parseObject(bytes: Uint8Array): JsonObject | null {
  try {
    return asObject(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}

/** `message` is no member of LogEntry: where it is an object, it wraps the entry. */
function metadataOf(body: JsonObject): JsonObject {
  return asObject(body.message) ?? {};
}

function entryOf(body: JsonObject, maxBytes: number): JsonObject | Unreadable {
  const wrapped = asObject(body.message);
  if (wrapped === null) return asEntry(body);
  const data = asText(wrapped.data);
  if (data === null) return 'invalid';
  if (data.length > Math.ceil(maxBytes / 3) * 4) return 'too-large';
  const entry = parseObject(Buffer.from(data, 'base64'));
  return entry === null ? 'invalid' : asEntry(entry);
}

/** Members of which every LogEntry has at least one. */
const MARKS = ['logName', 'insertId', 'timestamp', 'textPayload', 'jsonPayload', 'protoPayload', 'httpRequest'];

function asEntry(object: JsonObject): JsonObject | Unreadable {
  const isEntry = MARKS.some((name) => object[name] !== undefined);
  return isEntry && !isDeeperThan(object, DEEPEST_ENTRY) ? object : 'invalid';
}

/** As the source that asks the API calls itself, so that an entry that comes both ways is one. */
function projectOf(entry: JsonObject): string | null {
  return (
    /^(?:projects|folders|organizations|billingAccounts)\/[^/]{1,128}(?=\/logs\/)/.exec(
      asText(entry.logName) ?? '',
    )?.[0] ?? null
  );
}
