import { type Hit, markerEnd, type RedactionKind } from './marker.ts';
import type { SecretKeys } from './secret-keys.ts';

const LONGEST_AUTHORITY = 512;
const LONGEST_QUERY = 262_144;
const HTTP = /https?$/i;
const SENTRY = /^[^/\s]*sentry|^[^/\s]+\/\d+$/i;
const WEBHOOK =
  /\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|[\w.-]+\.webhook\.office\.com\/)/iy;

/**
 * Credentials of the URL whose `://` stands at `colon`: everything between `//` and the `@`. Passwords may hold raw `/`, `?` and `#` where
 * a URL should have escaped them. Also the secret path of a chat webhook. `nextAt` is the index of the first `@` behind the colon, -1 without one.
 */
export function detectUrl(text: string, colon: number, nextAt: number): Hit | null {
  const from = colon + 3;
  WEBHOOK.lastIndex = colon + 1;
  if (WEBHOOK.test(text)) return webhookPath(text, WEBHOOK.lastIndex);
  if (nextAt < 0 || nextAt > from + LONGEST_AUTHORITY) return null;
  const end = tokenEnd(text, from, LONGEST_AUTHORITY);
  const strictEnd = authorityEnd(text, from, end);
  let at = lastAt(text, from, strictEnd);
  if (at < from && mayHoldRawPassword(text, from, strictEnd, colon)) at = lastAt(text, from, end);
  if (at <= from || markerEnd(text, from) === at) return null;
  if (text.slice(from, at) === 'git') return null;
  const isSentry = SENTRY.test(text.slice(at + 1, end));
  return { from, to: at, kind: isSentry && !text.slice(from, at).includes('/') ? 'dsn' : 'url-credentials' };
}

/** Like `lastIndexOf`, but never looks in front of `from`. */
function lastAt(text: string, from: number, end: number): number {
  let at = end - 1;
  while (at >= from && text.charCodeAt(at) !== 64) at--;
  return at;
}

function webhookPath(text: string, from: number): Hit | null {
  const to = tokenEnd(text, from, LONGEST_AUTHORITY);
  return to > from && markerEnd(text, from) !== to ? { from, to, kind: 'webhook' } : null;
}

/** `https://user:p/w@host`: what stands behind the colon is no port. Other schemes: whenever a name and a colon come first. */
function mayHoldRawPassword(text: string, from: number, strictEnd: number, colon: number): boolean {
  let colonAt = from;
  while (colonAt < strictEnd && text.charCodeAt(colonAt) !== 58) colonAt++;
  if (colonAt >= strictEnd) return false;
  if (!HTTP.test(text.slice(Math.max(0, colon - 5), colon))) return true;
  return !/^\d{0,5}$/.test(text.slice(colonAt + 1, strictEnd));
}

function authorityEnd(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 47 || code === 63 || code === 35) return at;
  }
  return end;
}

function tokenEnd(text: string, from: number, longest: number): number {
  const limit = Math.min(text.length, from + longest);
  let at = from;
  while (at < limit && !isUrlEnd(text.charCodeAt(at))) at++;
  return at;
}

function isUrlEnd(code: number): boolean {
  return code <= 32 || code === 34 || code === 39 || code === 60 || code === 62 || code === 96 || code === 92;
}

export interface QueryHits {
  hits: Hit[];
  /** Index behind the query. */
  end: number;
}

const BARE_NAME = /^[A-Za-z_][\w.\-[\]]{0,31}$/;

/**
 * Every value of the query whose `?` (or of the fragment whose `#`) stands at `mark`. Names stay, and so does a trailing `:line:column`:
 * browsers print it behind the URL of a script.
 */
export function detectQuery(text: string, mark: number, keys: SecretKeys): QueryHits {
  const end = queryEnd(text, mark + 1);
  const hits: Hit[] = [];
  let from = mark + 1;
  while (from < end) {
    let to = from;
    while (to < end && !isParameterEnd(text.charCodeAt(to))) to++;
    const hit = parameterHit(text, from, to, keys);
    if (hit !== null) hits.push(hit);
    from = to + 1;
  }
  return { hits, end };
}

function isParameterEnd(code: number): boolean {
  return code === 38 || code === 59 || code === 35;
}

function parameterHit(text: string, from: number, to: number, keys: SecretKeys): Hit | null {
  let equals = from;
  while (equals < to && text.charCodeAt(equals) !== 61) equals++;
  if (equals >= to) {
    const isName = to <= from || BARE_NAME.test(text.slice(from, Math.min(to, from + 40)));
    return isName || markerEnd(text, from) === to ? null : { from, to, kind: 'query' };
  }
  const start = equals + 1;
  if (start >= to || markerEnd(text, start) === to) return null;
  const kind: RedactionKind = keys.kindOf(text.slice(from, Math.min(equals, from + 64))) ?? 'query';
  return { from: start, to, kind };
}

function queryEnd(text: string, from: number): number {
  let end = tokenEnd(text, from, LONGEST_QUERY);
  // What encloses the URL in a sentence: `(…?a=b)`, `[…?a=b]`, `…?a=b,` and a final full stop.
  while (end > from && isEnclosing(text.charCodeAt(end - 1)) && !endsWithMarker(text, from, end)) end--;
  return end - trailingPosition(text, from, end);
}

function isEnclosing(code: number): boolean {
  return code === 41 || code === 93 || code === 125 || code === 44 || code === 46 || code === 58;
}

function endsWithMarker(text: string, from: number, end: number): boolean {
  const start = Math.max(from, end - 64);
  const open = text.slice(start, end).lastIndexOf('[redacted:');
  return open >= 0 && markerEnd(text, start + open) === end;
}

/** Length of a final `:12` or `:12:34`. */
function trailingPosition(text: string, from: number, end: number): number {
  return /(?::\d{1,7}){1,2}$/.exec(text.slice(Math.max(from, end - 17), end))?.[0].length ?? 0;
}
