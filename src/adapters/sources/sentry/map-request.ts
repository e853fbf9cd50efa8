import type { HttpRequest } from '../../../core/events/index.ts';
import { NO_REQUEST, splitTarget } from '../cloud-logging/request-fields.ts';
import { asCount, asName, asObject, asPairs, asText, type JsonObject } from './read-value.ts';

const MOST_HEADERS = 128;
const REQUEST_ID = ['x-request-id', 'x-correlation-id', 'request-id'];

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/request/. Null when nothing of it is known. */
export function readRequest(payload: JsonObject): HttpRequest | null {
  const given = asObject(payload.request) ?? asObject(payload['sentry.interfaces.Http']);
  const response = asObject(asObject(payload.contexts)?.response);
  const status = asCount(response?.status_code);
  const route = routeOf(payload);
  if (!given) return route === null || status === null ? null : { ...NO_REQUEST, route, status };
  const target = splitTarget(asName(given.url, 4_096));
  const headers = new Map(asPairs(given.headers, MOST_HEADERS).map(([name, value]) => [name.toLowerCase(), value]));
  const header = (name: string) => asName(firstValue(headers.get(name)));
  const request: HttpRequest = {
    method: asName(given.method, 16)?.toUpperCase() ?? null,
    path: target.path,
    route,
    host: target.host ?? header('host'),
    status: status !== null && status >= 100 && status <= 599 ? status : null,
    durationMs: null,
    userAgent: header('user-agent'),
    clientAddress: clientAddressOf(payload, given),
    id: REQUEST_ID.map(header).find((id) => id !== null) ?? null,
  };
  const isTold = request.method !== null || request.path !== null || request.userAgent !== null;
  return isTold ? request : null;
}

/** Some SDKs give every header as a list. */
function firstValue(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function clientAddressOf({ user }: JsonObject, given: JsonObject): string | null {
  const address = asName(asObject(given.env)?.REMOTE_ADDR, 64) ?? asName(asObject(user)?.ip_address, 64);
  return address === '{{auto}}' ? null : address;
}

const METHOD_AND_PATH = /^(?:[A-Z]{3,7} )?(\/.*)$/s;

/** A `transaction` that is a route pattern, without its method; null when it is a raw path, a task, a function. */
function routeOf(payload: JsonObject): string | null {
  const name = asName(payload.transaction);
  const path = name === null ? null : (METHOD_AND_PATH.exec(name)?.[1] ?? null);
  if (path === null) return null;
  const source = asText(asObject(payload.transaction_info)?.source);
  if (source === 'route') return path;
  return source === null && /[:{<[*(]/.test(path) ? path : null;
}
