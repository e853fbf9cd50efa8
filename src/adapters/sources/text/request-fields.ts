import type { HttpRequest } from '../../../core/events/index.ts';
import { field, firstPresent, firstText, isObject, type JsonObject, toNumber } from './field.ts';
import { emptyRequest, isMethod, splitTarget, toStatus } from './http-request.ts';

const METHOD = [
  'req.method',
  'request.method',
  'http.request.method',
  'http.method',
  'method',
  'http_method',
  'request_method',
  'httpRequest.requestMethod',
  'verb',
];
const TARGET = [
  'req.url',
  'request.url',
  'request.path',
  'req.path',
  'url.path',
  'url.original',
  'url.full',
  'http.target',
  'http.url',
  'path',
  'endpoint',
  'url',
  'uri',
  'request_uri',
  'request_path',
  'httpRequest.requestUrl',
];
/** Names that can only be an answer's status. */
const STATUS = [
  'res.statusCode',
  'response.statusCode',
  'response.status',
  'http.response.status_code',
  'http.status_code',
  'status_code',
  'statusCode',
  'http_status',
  'httpRequest.status',
];
const MILLISECONDS = [
  'responseTime',
  'duration_ms',
  'durationMs',
  'latency_ms',
  'latencyMs',
  'elapsed_ms',
  'elapsedMs',
  'response_time_ms',
  'took_ms',
];
const SECONDS = ['request_time', 'duration_s', 'duration_seconds', 'elapsed_seconds', 'httpRequest.latency'];
const AGENT = [
  'user_agent.original',
  'http.user_agent',
  'user_agent',
  'userAgent',
  'http_user_agent',
  'req.headers.user-agent',
  'request.headers.user-agent',
  'httpRequest.userAgent',
];
const CLIENT = [
  'client.ip',
  'client.address',
  'source.ip',
  'req.remoteAddress',
  'remote_addr',
  'remote_ip',
  'client_ip',
  'clientip',
  'remoteAddress',
  'httpRequest.remoteIp',
  'ip',
];
const HOST = ['url.domain', 'server.address', 'req.headers.host', 'request.headers.host', 'http.host', 'req.host'];
const ID = [
  'request_id',
  'requestId',
  'req.id',
  'request.id',
  'reqId',
  'req_id',
  'http.request.id',
  'x-request-id',
  'correlation_id',
];

/** The id the service gave its request, or null. */
export function requestIdOf(record: JsonObject): string | null {
  return firstText(record, ID, true);
}

/** The request a record of fields speaks of: it needs a status by a clear name, or a method with a path. Null when it is none. */
export function readRequestFields(record: JsonObject): HttpRequest | null {
  const method = methodOf(record);
  const target = targetOf(record);
  const named = firstPresent(record, STATUS);
  const hasBoth = method !== null && target !== null;
  // A bare `status` may count anything; beside a method and a path it is the answer's.
  const status = toStatus(named?.value) ?? (hasBoth ? toStatus(field(record, 'status')) : null);
  if (status === null && !hasBoth) return null;
  const parts = target === null ? null : splitTarget(target);
  return {
    ...emptyRequest(),
    method,
    path: parts?.path ?? null,
    route: firstText(record, ['http.route', 'route', 'req.route']),
    host: firstText(record, HOST) ?? parts?.host ?? null,
    status,
    durationMs: durationOf(record),
    userAgent: firstText(record, AGENT),
    clientAddress: firstText(record, CLIENT),
    id: requestIdOf(record),
  };
}

function methodOf(record: JsonObject): string | null {
  const method = firstText(record, METHOD)?.toUpperCase() ?? null;
  if (method !== null) return isMethod(method) ? method : null;
  // nginx's JSON formats: the whole request line.
  const line = record.request;
  const word = typeof line === 'string' ? line.slice(0, 10).split(' ', 1)[0] : undefined;
  return word !== undefined && isMethod(word) ? word : null;
}

function targetOf(record: JsonObject): string | null {
  for (const name of TARGET) {
    const value = field(record, name);
    if (typeof value === 'string' && (value.startsWith('/') || /^https?:\/\//.test(value))) return value;
  }
  const line = record.request;
  return typeof line === 'string' ? (/^[A-Z]{3,8} (\/[^ ]*)/.exec(line)?.[1] ?? null) : null;
}

/** Milliseconds of the request; a bare number counts only under a name that says its unit. */
function durationOf(record: JsonObject): number | null {
  for (const name of MILLISECONDS) {
    const value = toNumber(field(record, name));
    if (value !== null) return value;
  }
  for (const name of SECONDS) {
    const value = field(record, name);
    const seconds = toNumber(typeof value === 'string' ? value.replace(/s$/, '') : value);
    if (seconds !== null) return Math.round(seconds * 1e6) / 1e3;
  }
  // ECS measures in nanoseconds.
  const nanoseconds =
    isObject(record.event) || 'event.duration' in record ? toNumber(field(record, 'event.duration')) : null;
  return nanoseconds === null ? null : nanoseconds / 1e6;
}
