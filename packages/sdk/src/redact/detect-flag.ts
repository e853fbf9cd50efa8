import { type Hit, markerEnd } from './marker.ts';
import { readValue } from './read-value.ts';
import type { SecretKeys } from './secret-keys.ts';

const FLAG = /--([A-Za-z][A-Za-z0-9-]{1,40})[ \t]{1,4}(?=[^\s-])/y;
const USER_FLAG = /-u[ \t]{1,4}["']?[^\s:"']{1,64}:([^\s"']{1,256})/y;

/** `--password VALUE`, the flag beginning at `at`; in code it is an expression. */
export function detectFlag(
  text: string,
  at: number,
  { keys, isCode }: { keys: SecretKeys; isCode: boolean },
): Hit | null {
  FLAG.lastIndex = at;
  const flag = FLAG.exec(text);
  if (flag === null) return null;
  const key = flag[1]!;
  const kind = keys.kindOf(key);
  if (kind === null || isCode) return null;
  return readValue(text, FLAG.lastIndex, { kind, key, separator: '=', isCode: false, outerQuote: '' });
}

/** `curl -u ada:VALUE`, the flag beginning at `at`; `docker run -u 1000:1000` holds none. */
export function detectUserFlag(text: string, at: number): Hit | null {
  if (text.charCodeAt(at + 1) !== 117 || text.charCodeAt(at - 1) !== 32) return null;
  USER_FLAG.lastIndex = at;
  const flag = USER_FLAG.exec(text);
  if (flag === null) return null;
  const to = USER_FLAG.lastIndex;
  const from = to - flag[1]!.length;
  if (/^\d+$/.test(flag[1]!) || markerEnd(text, from) === to) return null;
  return { from, to, kind: 'credential' };
}
