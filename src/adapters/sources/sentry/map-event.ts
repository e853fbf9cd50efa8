import { type Event, type Exception, SEVERITY } from '../../../core/events/index.ts';
import type { WireRequest } from '../../../core/ingest/ports.ts';
import { readAttributes, readUser, serviceOf } from './map-attributes.ts';
import { readBreadcrumbs } from './map-breadcrumbs.ts';
import { type ReadExceptions, readExceptions, readLooseStack } from './map-exceptions.ts';
import { type ReadMessage, readMessage } from './map-message.ts';
import { readRequest } from './map-request.ts';
import { severityOfLevel } from './map-severity.ts';
import { asHexId, asInstant, asName, asObject, type JsonObject } from './read-value.ts';
import { readSender, type Sender } from './sender.ts';

/** What all items of a request share. */
export interface Arrival {
  request: WireRequest;
  /** ms to add to the client's instants: 0 unless its clock is off by a minute or more. */
  drift: number;
  /** As the client wrote it, epoch ms; a repeat carries the same. */
  sentAt: number | null;
  /** `sdk` of the envelope's header. */
  sdk: unknown;
}

/** Instants further ahead than this are not believed, ms. */
const MAX_AHEAD_MS = 86_400_000;

/**
 * An event payload (https://develop.sentry.dev/sdk/foundations/transport/event-payloads/) as a raw event. Takes any object and never throws;
 * `payload` of the event is the object itself.
 */
export function mapEvent(payload: JsonObject, id: string, arrival: Arrival): Event {
  const contexts = asObject(payload.contexts);
  const sender = readSender(arrival.request, {
    platform: payload.platform,
    sdk: payload.sdk ?? arrival.sdk,
    runtime: contexts?.runtime,
  });
  const message = readMessage(payload);
  const severity = severityOfLevel(payload.level) ?? { severityNumber: SEVERITY.error, severityText: null };
  const read = readExceptions(payload, sender.language);
  const exceptions = exceptionsOf(read, payload, { sender, message, severityNumber: severity.severityNumber });
  const trace = asObject(contexts?.trace);
  const request = readRequest(payload);
  const crumbs = readBreadcrumbs(payload.breadcrumbs ?? payload['sentry.interfaces.Breadcrumbs'], arrival.drift);
  const { attributes, truncated } = readAttributes(payload, sender);
  return {
    id,
    ...timingOf(payload.timestamp, arrival),
    observedTime: arrival.request.receivedAt,
    ...severity,
    body: message.text ?? exceptionText(read.exceptions[0]) ?? asName(payload.transaction) ?? '-',
    template: message.template,
    service: serviceOf(payload),
    environment: asName(payload.environment, 256),
    revision: asName(payload.release, 256),
    instance: asName(payload.server_name, 256),
    logger: asName(payload.logger, 256) ?? (request?.route ? null : asName(payload.transaction, 256)),
    exceptions,
    stackText: null,
    request,
    traceId: asHexId(trace?.trace_id, 32),
    spanId: asHexId(trace?.span_id, 16),
    user: readUser(payload.user ?? payload['sentry.interfaces.User']),
    breadcrumbs: crumbs.breadcrumbs,
    attributes,
    payload,
    source: sourceOf(arrival.request, id, `event ${id}`),
    trust: sender.trust,
    truncated: read.truncated || crumbs.truncated || truncated,
    entries: 1,
  };
}

/** `position` is what a repeat carries again. Every event has a stream of its own: nothing of an SDK comes in lines to join. */
export function sourceOf({ project }: WireRequest, position: string, stream: string): Event['source'] {
  return { kind: 'sentry', name: project.slug, position, stream: `${project.id} ${stream}` };
}

export function timingOf(timestamp: unknown, { request, drift }: Arrival): Pick<Event, 'time' | 'timeSuspect'> {
  const told = asInstant(timestamp);
  if (told === null) return { time: request.receivedAt, timeSuspect: timestamp !== undefined && timestamp !== null };
  const time = told + drift;
  return { time, timeSuspect: time > request.receivedAt + MAX_AHEAD_MS };
}

/**
 * Remembers the time that the client claimed where the event's own is another: the clock was corrected, or there was none to believe. A repeat
 * arrives later and claims the same.
 */
export function noteClaim(claimed: Map<string, number>, { id, time }: Event, timestamp: unknown): void {
  const told = asInstant(timestamp) ?? 0;
  if (told !== time) claimed.set(id, told);
}

/** A stack that was taken where a message was sent is no exception, unless the message is an error. */
function exceptionsOf(
  read: ReadExceptions,
  payload: JsonObject,
  { sender, message, severityNumber }: { sender: Sender; message: ReadMessage; severityNumber: number },
): Exception[] {
  const isError = severityNumber >= SEVERITY.error;
  if (read.exceptions.length > 0) {
    return read.isStackOfMessage && message.text !== null && !isError ? [] : read.exceptions;
  }
  const loose = isError ? readLooseStack(payload, sender.language) : null;
  return loose === null ? [] : [{ ...loose, message: message.text }];
}

function exceptionText(exception: Exception | undefined): string | null {
  if (!exception) return null;
  const { type, message } = exception;
  return type !== null && message !== null ? `${type}: ${message}` : (type ?? message);
}
