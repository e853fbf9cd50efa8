import { InflateError, inflateStart } from '../wire/inflate.ts';
import { LONGEST_HEADER, lineAt, parseHeader } from './envelope.ts';

/** What a DSN names: `{scheme}://{key}[:{secret}]@{host}[{prefix}]/{project}`. */
export interface EnvelopeDsn {
  key: string;
  /** Its number. */
  project: string;
}

const DSN =
  /^[a-z][a-z0-9+.-]{0,15}:\/\/([\w-]{1,128})(?::[^@/]{0,256})?@[^/@]{1,256}(?:\/[^?#]{0,1024})?\/(\d{1,15})\/?$/i;
const LF = 10;

/** Reads the header's `dsn` of an envelope that came through a tunnel; inflates no more than its beginning. Never throws; null when there is none. */
export function readEnvelopeDsn(body: Uint8Array, contentEncoding: string | null | undefined): EnvelopeDsn | null {
  const start = startOf(body, contentEncoding);
  const line = start === null ? null : lineAt(start, 0);
  const dsn = line === null ? undefined : parseHeader(line)?.dsn;
  const match = typeof dsn === 'string' && dsn.length <= 2_048 ? DSN.exec(dsn) : null;
  return match ? { key: match[1]!, project: match[2]! } : null;
}

function startOf(body: Uint8Array, contentEncoding: string | null | undefined): Uint8Array | null {
  try {
    return inflateStart(body, contentEncoding, (start) => start.length > LONGEST_HEADER || start.includes(LF));
  } catch (error) {
    if (error instanceof InflateError) return null;
    throw error;
  }
}
