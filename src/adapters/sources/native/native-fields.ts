import type { Breadcrumb, Event, EventUser, HttpRequest } from '../../../core/events/index.ts';
import { isObject, type JsonObject } from '../text/field.ts';
import { emptyRequest, toStatus } from '../text/http-request.ts';
import { toEpochMs } from '../text/read-time.ts';
import { severityOfWord } from '../text/severity.ts';
import type { Fault, FaultFinding, NativeContext } from './native-fault.ts';

/** Characters of a name (service, logger, id of a trace …): longer ones are no names. */
const NAME_LENGTH = 256;
/** Characters of a path or a user agent. */
const LINE_LENGTH = 4_096;
const BREADCRUMBS = 100;
/** The last instant a date can hold. */
const LAST_INSTANT = 8.64e15;

function find(finding: FaultFinding, code: Fault['code'], message: string): null {
  finding.fault ??= { code, message };
  return null;
}

/** A text that is not empty, cut to its bound; numbers count as text. */
export function readText(value: unknown, name: string, finding: FaultFinding, length = NAME_LENGTH): string | null {
  if (typeof value === 'string') return value.length > length ? value.slice(0, length) : value === '' ? null : value;
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return String(value);
  return find(finding, 'invalid_field', `"${name}" must be a text`);
}

/** Epoch ms, or null when the record gives none. */
export function readInstant(
  value: unknown,
  name: string,
  finding: FaultFinding,
  context: NativeContext,
): number | null {
  if (value === undefined || value === null) return null;
  const time = toEpochMs(value, context.time);
  if (time !== null && time <= LAST_INSTANT) return time;
  return find(finding, 'invalid_time', `"${name}" must be RFC 3339 or an epoch (s, ms, µs or ns)`);
}

/** Sets both severity fields. An unknown word is kept as text with severity 0. */
export function readSeverity(value: unknown, event: Event, finding: FaultFinding): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'string') {
    event.severityText = value.length > 64 ? value.slice(0, 64) : value === '' ? null : value;
    event.severityNumber = severityOfWord(value);
    return;
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 24) event.severityNumber = value;
  else find(finding, 'invalid_severity', '"severity" must be a level word or a number from 1 to 24 (OpenTelemetry)');
}

export function readRequest(value: unknown, finding: FaultFinding): HttpRequest | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return find(finding, 'invalid_field', '"request" must be an object');
  const { durationMs } = value;
  const request = {
    ...emptyRequest(),
    method: readText(value.method, 'request.method', finding),
    path: readText(value.path, 'request.path', finding, LINE_LENGTH),
    route: readText(value.route, 'request.route', finding, LINE_LENGTH),
    host: readText(value.host, 'request.host', finding),
    userAgent: readText(value.userAgent, 'request.userAgent', finding, LINE_LENGTH),
    clientAddress: readText(value.clientAddress, 'request.clientAddress', finding),
    id: readText(value.id, 'request.id', finding),
  };
  if (value.status !== undefined && value.status !== null) {
    request.status = toStatus(value.status);
    if (request.status === null) find(finding, 'invalid_field', '"request.status" must be a number from 100 to 599');
  }
  if (typeof durationMs === 'number' && Number.isFinite(durationMs)) request.durationMs = durationMs;
  else if (durationMs !== undefined && durationMs !== null)
    find(finding, 'invalid_field', '"request.durationMs" must be a number');
  return request;
}

export function readUser(value: unknown, finding: FaultFinding): EventUser | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number')
    return { id: readText(value, 'user', finding), name: null };
  if (!isObject(value)) return find(finding, 'invalid_field', '"user" must be an object');
  const id = readText(value.id, 'user.id', finding);
  const name = readText(value.name, 'user.name', finding);
  return id === null && name === null ? null : { id, name };
}

/** The newest are kept: they stand last. */
export function readBreadcrumbs(value: unknown, finding: FaultFinding, context: NativeContext): Breadcrumb[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    find(finding, 'invalid_field', '"breadcrumbs" must be a list');
    return [];
  }
  const breadcrumbs: Breadcrumb[] = [];
  for (const item of value.slice(-BREADCRUMBS)) {
    const message = isObject(item) ? readText(item.message, 'breadcrumbs[].message', finding, LINE_LENGTH) : null;
    if (!isObject(item) || message === null) {
      find(finding, 'invalid_field', 'each of "breadcrumbs" must be an object with a message');
      return [];
    }
    breadcrumbs.push({
      time: readInstant(item.time, 'breadcrumbs[].time', finding, context),
      category: readText(item.category, 'breadcrumbs[].category', finding),
      message,
      level: readText(item.level, 'breadcrumbs[].level', finding),
    });
  }
  return breadcrumbs;
}

export function readAttributes(value: unknown, finding: FaultFinding): JsonObject {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  find(finding, 'invalid_field', '"attributes" must be an object');
  return {};
}
