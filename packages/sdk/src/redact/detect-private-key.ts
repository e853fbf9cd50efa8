import type { Hit } from './marker.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const LONGEST_KEY_BLOCK = 65_536;

/**
 * A PEM private key that begins or ends at `at` (the first dash): whole, with real or escaped line ends, or cut at either side. `floor`
 * is the first index that may still be replaced.
 */
export function detectPrivateKey(text: string, at: number, floor: number): Hit | null {
  BEGIN.lastIndex = at;
  if (BEGIN.test(text)) return { from: at, to: blockEnd(text, BEGIN.lastIndex), kind: 'private-key' };
  END.lastIndex = at;
  if (!END.test(text)) return null;
  const to = END.lastIndex;
  let from = at;
  while (from > floor && isKeyCharacter(text.charCodeAt(from - 1))) from--;
  return { from, to, kind: 'private-key' };
}

/** Key text runs on over base64, blanks, escaped line ends, header lines (`Proc-Type: …`) and logger prefixes up to the END line. */
function blockEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST_KEY_BLOCK);
  let at = from;
  while (at < limit && isKeyCharacter(text.charCodeAt(at))) {
    if (text.charCodeAt(at) === 45 && text.startsWith('-----END', at)) break;
    at++;
  }
  const end = text.slice(at, Math.min(limit, at + 4096)).search(/-----END [A-Z0-9 ]{0,40}PRIVATE KEY/);
  if (end < 0) return at;
  END.lastIndex = at + end;
  return END.test(text) ? END.lastIndex : at + end;
}

/** Base64, base64url, blanks, line ends, backslash of an escape, and what headers inside the block use. */
function isKeyCharacter(code: number): boolean {
  if (code >= 97 && code <= 122) return true;
  if (code >= 65 && code <= 90) return true;
  if (code >= 47 && code <= 58) return true; // 0-9, `/`, `:`
  return (
    code === 43 ||
    code === 61 ||
    code === 10 ||
    code === 13 ||
    code === 32 ||
    code === 9 ||
    code === 92 ||
    code === 45 ||
    code === 44 ||
    code === 95
  );
}
