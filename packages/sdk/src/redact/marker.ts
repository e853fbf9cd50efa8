/**
 * What stands where a secret stood: `[redacted:kind]`; behind the kind `:<8 hex>` or `:<16 hex, the first a letter>` for a pseudonym,
 * `:<number>` for what was sealed under it. None of them has room for a card number, and all are of a form by which messages that differ
 * in nothing else are known as equal.
 */
const MARKER = /\[redacted:[a-z][a-z0-9-]{0,31}(?::(?:[0-9a-f]{8}|[a-f][0-9a-f]{15}|\d{1,5}))?\]/y;
const MARKER_START = '[redacted:';

/** Why something was taken out; also the name it is counted under. */
export type RedactionKind =
  | 'password'
  | 'secret'
  | 'token'
  | 'api-key'
  | 'authorization'
  | 'cookie'
  | 'private-key'
  | 'credential'
  | 'session'
  | 'code'
  | 'dsn'
  | 'own-key'
  | 'url-credentials'
  | 'query'
  | 'webhook'
  | 'jwt'
  | 'bearer'
  | 'basic'
  | 'cloud-key'
  | 'card'
  | 'email'
  | 'ip-address'
  | 'binary'
  | 'too-long'
  | 'too-deep'
  | 'too-many';

/** A stretch of text to be replaced: `from` included, `to` excluded. */
export interface Hit {
  from: number;
  to: number;
  kind: RedactionKind;
}

/** `detail`: a pseudonym, or the number of what was sealed. */
export function markerOf(kind: RedactionKind, detail?: string): string {
  return detail === undefined ? `${MARKER_START}${kind}]` : `${MARKER_START}${kind}:${detail}]`;
}

/** Index behind the marker that begins at `at`; -1 when none does. */
export function markerEnd(text: string, at: number): number {
  if (!text.startsWith(MARKER_START, at)) return -1;
  MARKER.lastIndex = at;
  return MARKER.test(text) ? MARKER.lastIndex : -1;
}

/** Whether the whole text is one marker. */
export function isMarker(text: string): boolean {
  return text.length < 64 && markerEnd(text, 0) === text.length;
}
