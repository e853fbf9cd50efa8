import type { HttpRequest } from '../../../core/events/index.ts';

const METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PROPFIND',
  'REPORT',
  'QUERY',
]);

/** Whether the word is a request method, upper case. */
export function isMethod(word: string): boolean {
  return METHODS.has(word);
}

export function emptyRequest(): HttpRequest {
  return {
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
}

/** A request target in its parts: `/a?b=1` and `https://host/a?b=1`; path `/` when the URL has none. */
export interface Target {
  path: string;
  query: string | null;
  host: string | null;
}

export function splitTarget(target: string): Target {
  let rest = target;
  let host: string | null = null;
  const scheme = /^[a-z][a-z0-9+.-]{1,10}:\/\//i.exec(target.slice(0, 16));
  if (scheme) {
    const authorityEnd = target.slice(scheme[0].length).search(/[/?#]/);
    const end = authorityEnd < 0 ? target.length : scheme[0].length + authorityEnd;
    const authority = target.slice(scheme[0].length, end);
    host = authority.slice(authority.lastIndexOf('@') + 1) || null;
    rest = target.slice(end);
  }
  const cut = rest.search(/[?#]/);
  const path = cut < 0 ? rest : rest.slice(0, cut);
  const query = cut >= 0 && rest[cut] === '?' ? (rest.slice(cut + 1).split('#', 1)[0] ?? '') : '';
  return { path: path === '' ? '/' : path, query: query === '' ? null : query, host };
}

/** An answer's status, from a number or its digits; null when it is none. */
export function toStatus(value: unknown): number | null {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
}

/** What a request is called where nothing else is said of it: `GET /orders → 502`. */
export function requestSentence({ method, path, status }: HttpRequest): string {
  const line = [method, path].filter((part) => part !== null).join(' ');
  return status === null ? line : `${line} → ${status}`.trimStart();
}
