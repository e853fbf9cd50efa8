import type { Event } from '../events/index.ts';

/** The request an event speaks of, from its request or, where a logger wrote them flat, from its attributes. */
export interface ObservedRequest {
  method: string | null;
  /** Without host and query. */
  path: string | null;
  route: string | null;
  host: string | null;
  status: number | null;
  durationMs: number | null;
  client: string | null;
  userAgent: string | null;
  id: string | null;
}

const METHOD = ['method', 'http_method', 'http.method', 'http.request.method', 'request_method'];
const PATH = ['path', 'endpoint', 'url.path', 'http.target', 'uri', 'url', 'request_path', 'request_uri'];
const ROUTE = ['http.route', 'route'];
const CLEAR_STATUS = ['status_code', 'statusCode', 'http.status_code', 'http.response.status_code', 'http_status'];
const REQUEST_ID = ['request_id', 'requestId', 'req_id', 'reqId', 'x-request-id', 'http.request.id'];
/** Attributes that hold a measured time: name to milliseconds per unit. */
const DURATION: readonly [string, number][] = [
  ['duration_ms', 1],
  ['durationMs', 1],
  ['latency_ms', 1],
  ['latencyMs', 1],
  ['elapsed_ms', 1],
  ['elapsedMs', 1],
  ['response_time_ms', 1],
  ['responseTimeMs', 1],
  ['responseTime', 1],
  ['took_ms', 1],
  ['duration_s', 1000],
  ['duration_seconds', 1000],
  ['elapsed_seconds', 1000],
];
/** Names without a unit: a number is milliseconds only with one written behind it (`"4.2s"`, `"310ms"`). */
const UNITLESS_DURATION = ['duration', 'latency', 'elapsed', 'response_time', 'took'];

/** Every attribute that is read here: what has to be kept of an event so that its request is still known. */
export const REQUEST_ATTRIBUTES: readonly string[] = [
  ...METHOD,
  ...PATH,
  ...ROUTE,
  ...CLEAR_STATUS,
  'status',
  ...REQUEST_ID,
  ...DURATION.map(([name]) => name),
  ...UNITLESS_DURATION,
];

/** Reads status, method, path and time from fields only, never from the numbers in a message. Null when it is no request. */
export function observedRequest(event: Event): ObservedRequest | null {
  const { request, attributes } = event;
  const method = (request?.method ?? firstText(attributes, METHOD))?.toUpperCase() ?? null;
  const rawPath = request?.path ?? pathIn(attributes);
  const status = request?.status ?? statusIn(attributes, method !== null && rawPath !== null);
  if (request === null && status === null && (method === null || rawPath === null)) return null;
  return {
    method,
    path: rawPath === null ? null : stripPath(rawPath),
    route: request?.route ?? firstText(attributes, ROUTE),
    host: request?.host?.toLowerCase() ?? null,
    status,
    durationMs: measuredMs(event),
    client: request?.clientAddress ?? null,
    userAgent: request?.userAgent ?? null,
    id: requestId(event),
  };
}

/** The id the service gave the request, when it can tell requests apart (at least 6 characters); else null. */
export function requestId(event: Event): string | null {
  const id = event.request?.id ?? firstText(event.attributes, REQUEST_ID);
  return id !== null && id.length >= 6 ? id : null;
}

/** The measured time of what the event reports, milliseconds; null when no field says one. */
export function measuredMs(event: Event): number | null {
  const fromRequest = event.request?.durationMs;
  if (typeof fromRequest === 'number' && Number.isFinite(fromRequest)) return fromRequest;
  for (const [name, factor] of DURATION) {
    const value = toNumber(event.attributes[name]);
    if (value !== null) return value * factor;
  }
  for (const name of UNITLESS_DURATION) {
    const value = event.attributes[name];
    const parsed =
      typeof value === 'string' && value.length < 24 ? /^(\d{1,12}(?:\.\d{1,9})?)\s?(ms|s)$/.exec(value) : null;
    if (parsed) return Number(parsed[1]) * (parsed[2] === 's' ? 1000 : 1);
  }
  return null;
}

function statusIn(attributes: Record<string, unknown>, isRequest: boolean): number | null {
  for (const name of CLEAR_STATUS) {
    const status = toStatus(attributes[name]);
    if (status !== null) return status;
  }
  // A bare `status` may count anything; beside a method and a path it is the answer's.
  return isRequest ? toStatus(attributes.status) : null;
}

function toStatus(value: unknown): number | null {
  const status = toNumber(value);
  return status !== null && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' && value.length > 0 && value.length < 20 && /^\d+(?:\.\d+)?$/.test(value))
    return Number(value);
  return null;
}

function firstText(attributes: Record<string, unknown>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function pathIn(attributes: Record<string, unknown>): string | null {
  const path = firstText(attributes, PATH);
  return path !== null && (path.startsWith('/') || /^https?:\/\//.test(path)) ? path : null;
}

function stripPath(path: string): string {
  const end = path.search(/[?#]/);
  const plain = end < 0 ? path : path.slice(0, end);
  const host = /^[a-z][a-z0-9+.-]{1,10}:\/\/[^/]*/i.exec(plain);
  const rest = host ? plain.slice(host[0].length) : plain;
  return rest === '' ? '/' : rest;
}
