import { createHmac } from 'node:crypto';

/** Values that repeat from record to record; each costs as much as a line of text. */
const REMEMBERED_PSEUDONYMS = 4_096;
/** Bytes: shorter keys can be found by trying. */
const SHORTEST_KEY = 16;

/** `long`: 16 hex digits, the first a letter. `short`: 8, for keys that live as long as the process. */
export type PseudonymForm = 'long' | 'short';

/** The same word for equal secrets, without telling them (HMAC-SHA-256); upper and lower case are equal. */
export function createPseudonyms(key: Uint8Array, form: PseudonymForm): (secret: string) => string {
  if (key.length < SHORTEST_KEY) throw new RangeError(`a key for pseudonyms has at least ${SHORTEST_KEY} bytes`);
  const remembered = new Map<string, string>();
  return (secret) => {
    const normal = secret.toLowerCase();
    const known = remembered.get(normal);
    if (known !== undefined) return known;
    const hex = createHmac('sha256', key).update(normal).digest('hex');
    const pseudonym = form === 'short' ? hex.slice(0, 8) : `${letterOf(hex)}${hex.slice(1, 16)}`;
    if (remembered.size >= REMEMBERED_PSEUDONYMS) remembered.clear();
    remembered.set(normal, pseudonym);
    return pseudonym;
  };
}

/** With a letter in it, no detector takes it for a number. */
function letterOf(hex: string): string {
  return 'abcdef'.charAt(Number.parseInt(hex.slice(16, 24), 16) % 6);
}
