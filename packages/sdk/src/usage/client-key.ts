import { createHash } from 'node:crypto';

const CACHED = 5_000;

/** The application's session id as it may leave the process: 16 bytes of its SHA-256, so that no session can be taken over by it. */
export function createClientKey(): (session: string) => string {
  const known = new Map<string, string>();
  return (session) => {
    const kept = known.get(session);
    if (kept !== undefined) return kept;
    const key = `s:${createHash('sha256').update(session).digest().subarray(0, 16).toString('base64url')}`;
    if (known.size >= CACHED) known.clear();
    known.set(session, key);
    return key;
  };
}
