import type { EventUser, HttpRequest } from '../../../core/events/index.ts';
import { emptyRequest, isMethod, splitTarget, toStatus } from '../text/http-request.ts';
import { firstField } from './resource-fields.ts';

/**
 * The request that attributes tell of, by the stable names and by those before 1.23
 * (https://opentelemetry.io/docs/specs/semconv/http/migration-guide/). Null when they name no method, no status and no
 * route: a URL alone may be anybody's.
 */
export function requestOfAttributes(
  values: Readonly<Record<string, unknown>>,
  durationMs: number | null,
): HttpRequest | null {
  const method = firstField(values, ['http.request.method', 'http.method'])?.toUpperCase() ?? null;
  const status = toStatus(values['http.response.status_code'] ?? values['http.status_code']);
  const route = firstField(values, ['http.route']);
  if (method === null && status === null && route === null) return null;
  const target = targetOf(values);
  const parts = target === null ? null : splitTarget(target);
  return {
    ...emptyRequest(),
    method: method !== null && isMethod(method) ? method : null,
    path: parts?.path ?? null,
    route,
    host: firstField(values, ['server.address', 'url.domain', 'http.host', 'http.server_name']) ?? parts?.host ?? null,
    status,
    durationMs,
    userAgent: firstField(values, ['user_agent.original', 'http.user_agent']),
    clientAddress: firstField(values, ['client.address', 'http.client_ip', 'network.peer.address', 'net.peer.ip']),
    id: firstField(values, ['http.request.id', 'http.request_id', 'request.id', 'request_id']) ?? headerId(values),
  };
}

const TARGETS = ['url.path', 'http.target', 'url.full', 'http.url', 'url.original'];

function targetOf(values: Readonly<Record<string, unknown>>): string | null {
  for (const name of TARGETS) {
    const value = values[name];
    if (typeof value === 'string' && value.length <= 8_192 && /^(?:\/|https?:\/\/)/.test(value)) return value;
  }
  return null;
}

/** Captured headers come as lists. */
function headerId(values: Readonly<Record<string, unknown>>): string | null {
  const captured = values['http.request.header.x-request-id'];
  return Array.isArray(captured) ? firstField({ id: captured[0] }, ['id']) : null;
}

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/user/ and, before it, `enduser`. */
export function userOfAttributes(values: Readonly<Record<string, unknown>>): EventUser | null {
  const id = firstField(values, ['user.id', 'enduser.id', 'enduser.pseudo.id']);
  const name = firstField(values, ['user.name', 'user.full_name', 'user.email']);
  return id === null && name === null ? null : { id, name };
}
