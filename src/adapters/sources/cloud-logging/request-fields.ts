import type { HttpRequest } from '../../../core/events/index.ts';
import { asIdentifier, asNumber, asObject, asText, firstOf, type JsonObject } from './json-values.ts';

const METHOD = [
  'method',
  'http_method',
  'httpMethod',
  'request_method',
  'http.request.method',
  'http.method',
  'request.method',
  'req.method',
];
const TARGET = [
  'path',
  'endpoint',
  'url',
  'uri',
  'request_path',
  'requestPath',
  'http.target',
  'http.path',
  'url.path',
  'http.url',
  'request.path',
  'request.url',
  'req.url',
];
const STATUS = [
  'status_code',
  'statusCode',
  'http_status',
  'httpStatus',
  'response_status',
  'responseStatus',
  'http.response.status_code',
  'http.status_code',
  'response.status_code',
  'response.statusCode',
  'response.status',
  'res.statusCode',
  'res.status',
];
const ROUTE = ['route', 'http.route', 'req.route'];
const USER_AGENT = ['user_agent', 'userAgent', 'user_agent.original', 'http.user_agent', 'req.headers.user-agent'];
const CLIENT = ['client_ip', 'clientIp', 'remote_addr', 'remoteAddress', 'client.address', 'req.remoteAddress'];
const REQUEST_ID = ['request_id', 'requestId', 'req.id', 'x-request-id', 'correlation_id', 'correlationId'];
const MILLISECONDS = [
  'duration_ms',
  'durationMs',
  'latency_ms',
  'latencyMs',
  'elapsed_ms',
  'elapsedMs',
  'response_time_ms',
  'responseTimeMs',
  'responseTime',
  'request_time_ms',
  'process_time_ms',
  'processing_time_ms',
  'execution_time_ms',
  'took_ms',
];
const SECONDS = [
  'duration_s',
  'duration_seconds',
  'latency_s',
  'latency_seconds',
  'elapsed_s',
  'elapsed_seconds',
  'request_time',
  'process_time',
];
const WITH_UNIT = ['duration', 'latency', 'elapsed', 'took', 'response_time'];

export const NO_REQUEST: HttpRequest = {
  method: null,
  path: null,
  route: null,
  host: null,
  status: null,
  durationMs: null,
  userAgent: null,
  clientAddress: null,
  id: null,
};

/** LogEntry's `httpRequest` (https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#HttpRequest). */
export function readHttpRequest(value: unknown): HttpRequest | null {
  const request = asObject(value);
  if (!request) return null;
  const target = splitTarget(asText(request.requestUrl));
  return {
    ...NO_REQUEST,
    method: asMethod(request.requestMethod),
    ...target,
    status: asStatus(request.status),
    durationMs: parseDuration(request.latency),
    userAgent: asText(request.userAgent),
    clientAddress: asText(request.remoteIp),
  };
}

/** A request told by the fields of a service's own JSON; null when no field speaks of one. */
export function readRequestFields(payload: JsonObject): HttpRequest | null {
  const method = firstOf(payload, METHOD, asMethod);
  const target = splitTarget(firstOf(payload, TARGET, asPath));
  const hasBoth = method !== null && target.path !== null;
  const request: HttpRequest = {
    ...NO_REQUEST,
    method,
    ...target,
    route: firstOf(payload, ROUTE, asText),
    // A bare `status` may count anything; beside a method and a path it is the answer's.
    status: firstOf(payload, STATUS, asStatus) ?? (hasBoth ? asStatus(payload.status) : null),
    durationMs: durationOf(payload),
    userAgent: firstOf(payload, USER_AGENT, asText),
    clientAddress: firstOf(payload, CLIENT, asText),
    id: firstOf(payload, REQUEST_ID, asIdentifier),
  };
  return Object.values(request).some((value) => value !== null) ? request : null;
}

/** The first request, its gaps filled from the second. */
export function mergeRequests(first: HttpRequest | null, second: HttpRequest | null): HttpRequest | null {
  if (!first || !second) return first ?? second;
  const merged = { ...first };
  for (const key of Object.keys(merged) as (keyof HttpRequest)[]) {
    if (merged[key] === null) Object.assign(merged, { [key]: second[key] });
  }
  return merged;
}

/** `METHOD path → status`, with what is known of it; null when nothing is. */
export function requestLine(request: HttpRequest | null): string | null {
  const asked = [request?.method, request?.path].filter((part) => part).join(' ');
  if (request?.status == null) return asked || null;
  return asked ? `${asked} → ${request.status}` : `→ ${request.status}`;
}

function durationOf(payload: JsonObject): number | null {
  const milliseconds = firstOf(payload, MILLISECONDS, asPositive);
  if (milliseconds !== null) return milliseconds;
  const seconds = firstOf(payload, SECONDS, asPositive);
  return seconds !== null ? seconds * 1_000 : firstOf(payload, WITH_UNIT, parseDuration);
}

const DURATION = /^(\d{1,12}(?:\.\d{1,9})?) ?(ns|us|µs|ms|s|m)$/;
const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000 };

/** `0.123s` and the like as milliseconds; a number without a unit says nothing. */
function parseDuration(value: unknown): number | null {
  const match = typeof value === 'string' ? DURATION.exec(value) : null;
  if (!match) return null;
  return Math.round(Number(match[1]) * UNIT_MS[match[2]!]! * 1e6) / 1e6;
}

/** Host and path of a URL or request target; query and fragment go. */
export function splitTarget(target: string | null): { host: string | null; path: string | null } {
  if (target === null) return { host: null, path: null };
  const scheme = target.indexOf('://');
  const rest = scheme < 0 ? target : target.slice(scheme + 3);
  const slash = scheme < 0 ? 0 : rest.search(/[/?#]/);
  const host = scheme < 0 ? null : (slash < 0 ? rest : rest.slice(0, slash)) || null;
  const path = slash < 0 ? '' : rest.slice(slash);
  const end = path.search(/[?#]/);
  const clean = end < 0 ? path : path.slice(0, end);
  return { host, path: clean === '' ? (scheme < 0 ? null : '/') : clean };
}

function asMethod(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z]{3,12}$/.test(value) ? value.toUpperCase() : null;
}

function asPath(value: unknown): string | null {
  return typeof value === 'string' && (value.startsWith('/') || /^https?:\/\//.test(value)) ? value : null;
}

function asStatus(value: unknown): number | null {
  const status = typeof value === 'string' ? (/^\d{3}$/.test(value) ? Number(value) : null) : asNumber(value);
  return status !== null && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
}

function asPositive(value: unknown): number | null {
  const number = asNumber(value);
  return number !== null && number >= 0 ? number : null;
}
