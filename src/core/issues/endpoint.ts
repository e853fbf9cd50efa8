import type { Event } from '../events/index.ts';
import { observedRequest } from './observed-request.ts';

const MAX_PATH = 512;
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const HEX_WITH_DIGIT = /^(?=.*\d)[0-9a-f]{8,}$/i;
const EMAIL = /^[^@]+@[^@]+\.[^@]+$/;
/** 20 characters or more with at least two digits and no word of 12 letters of one case: a token, not a name. */
const TOKEN = /^[A-Za-z0-9_~.=+-]{20,}$/;

/** The route of a path: no host, no query, ids as `:id` (numbers, UUIDs, hex of 8 and more with a digit, long tokens, e-mail addresses). */
export function routeOf(path: string): string {
  const known = remembered.get(path);
  if (known !== undefined) return known;
  const route = readRoute(path);
  if (remembered.size >= REMEMBERED_PATHS) remembered.clear();
  if (path.length <= MAX_PATH) remembered.set(path, route);
  return route;
}

/** Paths whose route is known: an access log asks for the same ones again and again. */
const REMEMBERED_PATHS = 4_096;
const remembered = new Map<string, string>();

function readRoute(path: string): string {
  const cut = path.search(/[?#;]/);
  const plain = (cut < 0 ? path : path.slice(0, cut)).slice(0, MAX_PATH);
  const segments = plain.split('/').map((segment) => (isId(segment) ? ':id' : segment));
  const route = segments.join('/').replace(/\/{2,}/g, '/');
  if (route === '' || route === '/') return '/';
  return route.endsWith('/') ? route.slice(0, -1) : route;
}

/** The endpoint key of a method and a path: `POST /api/orders/:id`; without a method the route alone. */
export function endpointKey(method: string | null, path: string): string {
  const route = routeOf(path);
  return method ? `${method.toUpperCase()} ${route}` : route;
}

/** The endpoint an event belongs to, by the source's own route pattern where it names one; null when it is no request. */
export function endpointOf(event: Event): string | null {
  const request = observedRequest(event);
  const path = request?.route ?? request?.path ?? null;
  return path === null ? null : endpointKey(request?.method ?? null, path);
}

function isId(segment: string): boolean {
  if (segment === '') return false;
  const text = segment.includes('%') ? decode(segment) : segment;
  if (/^\d+$/.test(text) || UUID.test(text) || HEX_WITH_DIGIT.test(text) || EMAIL.test(text)) return true;
  return (
    TOKEN.test(text) &&
    (text.match(/\d/g)?.length ?? 0) >= 2 &&
    !/[a-z]{12}|[A-Z]{12}/.test(text) &&
    !text.includes('.')
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
