import type { Event } from '../../../core/events/index.ts';
import { parseLine } from '../text/parse-line.ts';
import { severityOfWord } from '../text/severity.ts';
import { type EventContext, eventOfContext, withResource } from './event-context.ts';
import { exceptionId } from './event-id.ts';
import { exceptionHead, exceptionOfAttributes, type ToldException } from './exception-attributes.ts';
import { isInstant } from './instants.ts';
import type { LogRecord } from './items.ts';
import { requestOfAttributes, userOfAttributes } from './request-attributes.ts';
import { firstField } from './resource-fields.ts';

/** Characters of a body made of structured values. */
const STRUCTURED_BODY = 8_192;

/** A LogRecord as a raw event; null when it says nothing at all. `record.attributes.values` becomes the event's. */
export function mapLogRecord(record: LogRecord, context: EventContext): Event | null {
  const { attributes } = record;
  const exception = exceptionOfAttributes(attributes);
  const body = bodyOf(record, exception);
  if (body === null) return null;
  const event = eventOfContext(context, 'logs');
  event.body = body;
  setTime(event, record);
  event.id = sharedId(record, exception, context) ?? ownId(record, context);
  if (event.timeSuspect) context.claimedTimes.set(event.id, 0);
  event.severityNumber = severityOf(record);
  event.severityText = record.severityText.trim() === '' ? null : record.severityText.slice(0, 64);
  event.template = templateOf(attributes.values);
  event.logger ??= firstField(attributes.values, ['logger.name', 'log.logger']);
  event.service ??= firstField(attributes.values, ['service.name']);
  event.traceId = record.traceId;
  event.spanId = record.spanId;
  event.user = userOfAttributes(attributes.values);
  event.truncated ||= attributes.isCut;
  if (attributes.tellsRequest) event.request = requestOfAttributes(attributes.values, null);
  if (exception !== null) {
    event.exceptions = exception.exceptions;
    event.stackText = exception.stackText;
  }
  event.source.stream += streamOf(attributes.values);
  if (isStructured(record.body)) event.payload = record.body;
  if (record.eventName !== '') attributes.values['event.name'] ??= record.eventName.slice(0, 256);
  event.attributes = withResource(attributes, context.resource);
  if (event.severityNumber === 0 && exception === null && typeof record.body === 'string') readAsLine(event);
  return event;
}

/** One that a span event may have too, at a time of its own. */
function sharedId(record: LogRecord, exception: ToldException | null, { claimedTimes }: EventContext): string | null {
  const id = exception === null ? null : exceptionId({ ...record, ...exception });
  if (id !== null) claimedTimes.set(id, 0);
  return id;
}

/** Before the resource's attributes join the record's own. */
function ownId(record: LogRecord, context: EventContext): string {
  const { time, observedTime, severityNumber, body, attributes, traceId, spanId, eventName } = record;
  return context.ids.ofContent({
    resourceKey: context.resource.key,
    scope: context.scope,
    time: time ?? observedTime,
    severityNumber,
    body,
    attributes: attributes.values,
    traceId,
    spanId,
    more: attributes.stacktrace ?? (eventName === '' ? null : eventName),
  });
}

function setTime(event: Event, { time, observedTime }: LogRecord): void {
  const told = isInstant(time) ? time : isInstant(observedTime) ? observedTime : null;
  if (told === null) event.timeSuspect = true;
  else event.time = told;
}

function severityOf({ severityNumber, severityText }: LogRecord): number {
  if (severityNumber >= 1 && severityNumber <= 24) return severityNumber;
  return severityText === '' ? 0 : severityOfWord(severityText.trim());
}

/** Whatever the record says first: its body, its exception, its event's name, its attributes. */
function bodyOf({ body, attributes, eventName }: LogRecord, exception: ToldException | null): string | null {
  const text = textOfBody(body);
  if (text !== null) return text;
  if (exception !== null) return exceptionHead(exception);
  if (eventName.trim() !== '') return eventName.slice(0, 256);
  return attributes.count > 0 ? JSON.stringify(attributes.values).slice(0, STRUCTURED_BODY) : null;
}

/** Structured bodies speak through their message; without one, as JSON. */
function textOfBody(body: unknown): string | null {
  if (typeof body === 'string') return body.trim() === '' ? null : body;
  if (body === null || body === undefined) return null;
  if (!isStructured(body)) return typeof body === 'object' ? jsonOf(body) : String(body);
  for (const name of ['message', 'msg', 'body', 'event']) {
    const text = body[name];
    if (typeof text === 'string' && text.trim() !== '') return text;
  }
  return jsonOf(body);
}

function jsonOf(body: object): string | null {
  const isEmpty = Array.isArray(body) ? body.length === 0 : Object.keys(body).length === 0;
  return isEmpty ? null : JSON.stringify(body).slice(0, STRUCTURED_BODY);
}

function isStructured(body: unknown): body is Record<string, unknown> {
  return body !== null && typeof body === 'object' && !Array.isArray(body);
}

/** .NET's ILogger, Serilog, Sentry. */
const TEMPLATES = ['{OriginalFormat}', 'message_template.text', 'sentry.message.template', 'message.template'];

function templateOf(values: Readonly<Record<string, unknown>>): string | null {
  for (const name of TEMPLATES) {
    const template = values[name];
    if (typeof template === 'string' && template.trim() !== '') return template;
  }
  return null;
}

/** Files and descriptors that a collector read stay apart. */
function streamOf(values: Readonly<Record<string, unknown>>): string {
  const file = firstField(values, ['log.file.path', 'log.file.name']);
  const descriptor = firstField(values, ['log.iostream']);
  return file === null && descriptor === null ? '' : `|${file ?? ''}|${descriptor ?? ''}`;
}

/**
 * Collectors that read files or containers send each line as it stands, with no severity: time, level, logger and request are in its text. The time
 * that the record has stays.
 */
function readAsLine(event: Event): void {
  const line = parseLine(event.body, { referenceTime: event.time });
  if (line.format === 'plain' && !line.hasOwnPrefix) return;
  event.body = line.body.trim() === '' ? event.body : line.body;
  event.severityNumber = line.severityNumber;
  event.severityText ??= line.severityText;
  event.template ??= line.template;
  event.logger ??= line.logger;
  event.service ??= line.service;
  event.request ??= line.request;
  event.traceId ??= line.traceId;
  event.spanId ??= line.spanId;
  event.user ??= line.user;
  event.stackText = line.stackText;
  event.exceptions = line.stackText === null ? line.exceptions : [];
  event.truncated ||= line.truncated;
  event.payload ??= line.payload;
  if (event.timeSuspect && line.time !== null) {
    event.time = line.time;
    event.timeSuspect = false;
  }
  event.attributes = { ...line.attributes, ...event.attributes };
}
