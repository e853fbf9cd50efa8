import { createHash } from 'node:crypto';
import type { ClientRecord } from '../../../core/ingest/ports.ts';
import { shortHash } from '../../../core/shared/index.ts';
import type { EnvelopeItem } from './envelope.ts';
import { readUser } from './map-attributes.ts';
import { type Arrival, timingOf } from './map-event.ts';
import { readRequest } from './map-request.ts';
import {
  asCount,
  asEventId,
  asHexId,
  asInstant,
  asMessage,
  asName,
  asNumber,
  asObject,
  type JsonObject,
} from './read-value.ts';

/** Names of a session's counts, the same in an update (0 or 1 of one) and in an aggregate. */
const SESSION_STATES = ['ok', 'exited', 'crashed', 'abnormal', 'errored', 'unhandled'] as const;

/**
 * One update of one session (https://develop.sentry.dev/sdk/telemetry/sessions/): `{sid, did, init, status, errors, started, durationMs, release, environment}`;
 * null without a session id.
 */
export function mapSession(session: JsonObject, arrival: Arrival): ClientRecord | null {
  const sid = asEventId(session.sid);
  if (sid === null) return null;
  const attributes = asObject(session.attrs);
  const status = asName(session.status, 32) ?? 'ok';
  if (status !== 'errored' && !SESSION_STATES.some((state) => state === status)) return null;
  const seq = asCount(session.seq);
  const errors = asCount(session.errors, 1_000_000) ?? 0;
  const isFirst = session.init === true;
  const step = seq === null ? `${isFirst}:${status}:${errors}:${String(session.timestamp).slice(0, 64)}` : `seq ${seq}`;
  return {
    kind: 'session',
    id: `${sid}:${shortHash(step)}`,
    time: timingOf(session.timestamp ?? session.started, arrival).time,
    payload: {
      sid,
      did: asName(session.did, 256),
      init: isFirst,
      status,
      errors,
      started: timingOf(session.started, arrival).time,
      durationMs: milliseconds(session.duration),
      abnormalMechanism: asName(session.abnormal_mechanism, 128),
      release: asName(attributes?.release, 256),
      environment: asName(attributes?.environment, 256),
      userAgent: asName(attributes?.user_agent, 512),
    },
  };
}

/** One bucket of `sessions`: `{aggregate: true, started, exited, errored, crashed, abnormal, unhandled, release, environment}`. */
export function mapSessionAggregate(
  bucket: JsonObject,
  { attrs, position, arrival }: { attrs: unknown; position: string; arrival: Arrival },
): ClientRecord | null {
  const counts = Object.fromEntries(
    SESSION_STATES.filter((state) => state !== 'ok').map((state) => [state, asCount(bucket[state], 1e9) ?? 0]),
  );
  if (Object.values(counts).every((count) => count === 0)) return null;
  const attributes = asObject(attrs);
  const { time } = timingOf(bucket.started, arrival);
  const payload = {
    aggregate: true,
    started: time,
    did: asName(bucket.did, 256),
    ...counts,
    release: asName(attributes?.release, 256),
    environment: asName(attributes?.environment, 256),
  };
  // Two processes may count the same in the same minute: when they send it tells them apart, and a repeat not.
  const sentAt = arrival.sentAt ?? arrival.request.receivedAt;
  return {
    kind: 'session',
    id: shortHash(`${position}\u0000${sentAt}\u0000${JSON.stringify(payload)}`, 32),
    time,
    payload,
  };
}

const CHECK_IN_STATES = new Set(['in_progress', 'ok', 'error']);

/** A slug as monitors are named by: lower case, digits, `-`, `_`; null when nothing is left. */
export function asMonitorSlug(value: unknown): string | null {
  const name = asName(value, 128);
  const slug = name
    ?.toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return slug ? slug : null;
}

/**
 * https://develop.sentry.dev/sdk/telemetry/check-ins/: `{checkInId, monitor, status, durationMs, environment, release, config, stats, traceId}`; `checkInId` is null
 * for "the latest that runs". Null without a monitor or with a status that is none of `in_progress`, `ok`, `error`.
 */
export function mapCheckIn(checkIn: JsonObject, arrival: Arrival): ClientRecord | null {
  const monitor = asMonitorSlug(checkIn.monitor_slug);
  const status = asName(checkIn.status, 32);
  if (monitor === null || status === null || !CHECK_IN_STATES.has(status)) return null;
  const checkInId = asEventId(checkIn.check_in_id);
  const { request } = arrival;
  const payload = {
    checkInId,
    monitor,
    status,
    durationMs: milliseconds(checkIn.duration),
    environment: asName(checkIn.environment, 256),
    release: asName(checkIn.release, 256),
    config: boundedConfig(checkIn.monitor_config),
    // Not of the protocol: what the job tells of its run. Bounded with the check-in itself.
    stats: asObject(checkIn.stats),
    traceId: asHexId(asObject(asObject(checkIn.contexts)?.trace)?.trace_id, 32),
  };
  // Without an id of its own only the moment tells two check-ins apart.
  const identity = checkInId ?? shortHash(`${request.receivedAt} ${JSON.stringify(payload)}`, 32);
  return { kind: 'check-in', id: `${identity}:${monitor}:${status}`, time: request.receivedAt, payload };
}

/** Only what a monitor's configuration has: a schedule and its margins. */
function boundedConfig(value: unknown): JsonObject | null {
  const config = asObject(value);
  const schedule = asObject(config?.schedule);
  if (!config) return null;
  return {
    schedule: schedule && {
      type: asName(schedule.type, 32),
      value: typeof schedule.value === 'number' ? asCount(schedule.value) : asName(schedule.value, 128),
      unit: asName(schedule.unit, 32),
    },
    timeZone: asName(config.timezone, 64),
    checkInMarginMinutes: asCount(config.checkin_margin, 1e6),
    maxRuntimeMinutes: asCount(config.max_runtime, 1e6),
    failureIssueThreshold: asCount(config.failure_issue_threshold, 1e6),
    recoveryThreshold: asCount(config.recovery_threshold, 1e6),
  };
}

const LONGEST_FEEDBACK = 16_384;

/** A `feedback` event: `{message, email, name, eventId, url, release, environment, user}`; null without a message. */
export function mapFeedback(payload: JsonObject, id: string, arrival: Arrival): ClientRecord | null {
  const feedback = asObject(asObject(payload.contexts)?.feedback);
  const message = asMessage(feedback?.message);
  if (feedback === null || message === null) return null;
  return {
    kind: 'feedback',
    id,
    time: timingOf(payload.timestamp, arrival).time,
    payload: {
      message: message.slice(0, LONGEST_FEEDBACK),
      email: asName(feedback.contact_email, 256),
      name: asName(feedback.name, 256),
      eventId: asEventId(feedback.associated_event_id),
      url: asName(feedback.url) ?? asName(asObject(payload.request)?.url),
      release: asName(payload.release, 256),
      environment: asName(payload.environment, 256),
      user: readUser(payload.user),
    },
  };
}

/** The older `user_report`: of one event, and one for each event. */
export function mapUserReport(report: JsonObject, headerId: string | null, arrival: Arrival): ClientRecord | null {
  const eventId = asEventId(report.event_id) ?? headerId;
  const message = asMessage(report.comments);
  if (eventId === null || message === null) return null;
  const payload = {
    message: message.slice(0, LONGEST_FEEDBACK),
    email: asName(report.email, 256),
    name: asName(report.name, 256),
    eventId,
    url: null,
    release: null,
    environment: null,
    user: null,
  };
  return {
    kind: 'feedback',
    id: `report-${shortHash(JSON.stringify(payload), 32)}`,
    time: arrival.request.receivedAt,
    payload,
  };
}

/** `{eventId, name, contentType, attachmentType, bytes, sha256, content}`, `content` in base64. */
export function mapAttachment(
  { header, payload }: EnvelopeItem,
  headerId: string | null,
  { request }: Arrival,
): ClientRecord {
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const name = asName(header.filename, 256) ?? 'attachment';
  return {
    kind: 'attachment',
    id: shortHash(`${headerId}\u0000${name}\u0000${sha256}`, 32),
    time: request.receivedAt,
    payload: {
      eventId: headerId,
      name,
      contentType: asName(header.content_type, 128),
      attachmentType: asName(header.attachment_type, 64),
      bytes: payload.length,
      sha256,
      content: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64'),
    },
  };
}

/** A transaction, as the context of what failed in it: which request, how long, how it ended. Its spans are kept apart. */
export function mapTransaction(payload: JsonObject, id: string, arrival: Arrival): ClientRecord {
  const trace = asObject(asObject(payload.contexts)?.trace);
  const data = asObject(trace?.data);
  const request = readRequest(payload);
  const started = asInstant(payload.start_timestamp);
  const ended = asInstant(payload.timestamp);
  return {
    kind: 'transaction',
    id,
    time: timingOf(payload.timestamp, arrival).time,
    payload: {
      transaction: asName(payload.transaction, 512),
      source: asName(asObject(payload.transaction_info)?.source, 32),
      op: asName(trace?.op, 128),
      status: asName(trace?.status, 64),
      traceId: asHexId(trace?.trace_id, 32),
      spanId: asHexId(trace?.span_id, 16),
      durationMs: started === null || ended === null || ended < started ? null : ended - started,
      method: request?.method ?? asName(data?.['http.request.method'], 16) ?? asName(data?.['http.method'], 16),
      path: request?.path ?? null,
      host: request?.host ?? null,
      route: request?.route ?? asName(data?.['http.route'], 512),
      httpStatus:
        request?.status ?? asCount(data?.['http.response.status_code']) ?? asCount(data?.['http.status_code']),
      requestId: request?.id ?? null,
      release: asName(payload.release, 256),
      environment: asName(payload.environment, 256),
      instance: asName(payload.server_name, 256),
      user: readUser(payload.user),
      spans: Array.isArray(payload.spans) ? payload.spans.length : 0,
    },
  };
}

/** Seconds of the protocol as ms; null for what is no duration. */
function milliseconds(seconds: unknown): number | null {
  const number = asNumber(seconds);
  return number !== null && number >= 0 && number < 1e9 ? Math.round(number * 1e6) / 1_000 : null;
}
