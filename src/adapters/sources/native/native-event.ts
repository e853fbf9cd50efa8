import type { Event } from '../../../core/events/index.ts';
import { cutText, DEFAULT_TEXT_BOUNDS } from '../text/bounds.ts';
import type { JsonObject } from '../text/field.ts';
import { readException } from './native-exception.ts';
import type { Fault, FaultFinding, NativeContext } from './native-fault.ts';
import {
  readAttributes,
  readBreadcrumbs,
  readInstant,
  readRequest,
  readSeverity,
  readText,
  readUser,
} from './native-fields.ts';

/**
 * One event as `POST /api/events` takes it. A message or an exception is needed; everything else may be left out or null.
 *
 * ```jsonc
 * {
 *   "id": "0198f3c2-…",                  // unique within the project: a repeat is a duplicate. Else made of the record's content
 *   "time": "2025-10-20T03:18:28.648Z",  // RFC 3339, or epoch s, ms, µs, ns told apart by size. Else the moment of reception
 *   "severity": "error",                 // a level word, or OpenTelemetry's number 1 to 24
 *   "message": "payment failed",
 *   "exception": "Traceback …",          // the trace as the runtime prints it, or `Type: message`, or in parts:
 *                                        // {"type", "message", "stack": "…"} or {"type", "message", "frames": [{"file", "line",
 *                                        //  "column", "function", "module", "code"}] crash first, "cause": {the same} }
 *   "service": "shop", "environment": "production", "revision": "4f2a91c", "instance": "shop-7c9",
 *   "logger": "shop.payments", "template": "payment failed for {order}",
 *   "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7",
 *   "request": {"method", "path", "route", "host", "status", "durationMs", "userAgent", "clientAddress", "id"},
 *   "user": {"id", "name"},
 *   "breadcrumbs": [{"time", "category", "message", "level"}],   // oldest first
 *   "attributes": {"order": 1234}
 * }
 * ```
 *
 * Other names are kept in the event's `payload`. A wrong type is an error that names its field, never a guess.
 */
export function readNativeEvent(record: JsonObject, id: string | null, context: NativeContext): Event | Fault {
  const finding: FaultFinding = { fault: null };
  const exception = readException(record.exception, finding);
  const message = typeof record.message === 'string' && record.message.trim() !== '' ? record.message : null;
  if (message === null && record.message !== undefined && record.message !== null && typeof record.message !== 'string')
    finding.fault ??= { code: 'invalid_field', message: '"message" must be a text' };
  const text = message ?? exception.sentence;
  if (finding.fault) return finding.fault;
  if (text === null) return { code: 'missing_message', message: '"message" or "exception" is needed' };
  const event = eventOf(record, { id, text, context, finding });
  if (finding.fault) return finding.fault;
  event.exceptions = exception.exceptions;
  event.stackText = exception.stackText;
  event.truncated = exception.truncated || event.body.length < text.length;
  return event;
}

/** Records before 2000-01-01 come from a clock that was never set. */
const EARLIEST_TIME = Date.UTC(2000, 0, 1);

const NAMES = new Set([
  'id',
  'time',
  'severity',
  'message',
  'template',
  'exception',
  'service',
  'environment',
  'revision',
  'instance',
  'logger',
  'traceId',
  'spanId',
  'request',
  'user',
  'breadcrumbs',
  'attributes',
]);

/** Every field is named in the event's own, so the record is kept whole only when it says more. */
function hasOtherNames(record: JsonObject): boolean {
  for (const name in record) if (!NAMES.has(name)) return true;
  return false;
}

interface Reading {
  id: string | null;
  text: string;
  context: NativeContext;
  finding: FaultFinding;
}

function eventOf(record: JsonObject, { id, text, context, finding }: Reading): Event {
  const { receivedAt, project } = context;
  const time = readInstant(record.time, 'time', finding, context) ?? receivedAt;
  const service = readText(record.service, 'service', finding);
  const instance = readText(record.instance, 'instance', finding);
  const event: Event = {
    id: id ?? '',
    time,
    observedTime: receivedAt,
    timeSuspect: time < EARLIEST_TIME,
    severityNumber: 0,
    severityText: null,
    body: text.length * 3 > DEFAULT_TEXT_BOUNDS.bodyBytes ? cutText(text, DEFAULT_TEXT_BOUNDS.bodyBytes) : text,
    template: readText(record.template, 'template', finding, 8_192),
    service,
    environment: readText(record.environment, 'environment', finding),
    revision: readText(record.revision, 'revision', finding),
    instance,
    logger: readText(record.logger, 'logger', finding),
    exceptions: [],
    stackText: null,
    request: readRequest(record.request, finding),
    traceId: readText(record.traceId, 'traceId', finding),
    spanId: readText(record.spanId, 'spanId', finding),
    user: readUser(record.user, finding),
    breadcrumbs: readBreadcrumbs(record.breadcrumbs, finding, context),
    attributes: readAttributes(record.attributes, finding),
    payload: hasOtherNames(record) ? record : null,
    source: { kind: 'native', name: project, position: '', stream: `${project}:${service ?? ''}:${instance ?? ''}` },
    trust: context.trust,
    truncated: false,
    entries: 1,
  };
  readSeverity(record.severity, event, finding);
  return event;
}
