import { isIPv6 } from 'node:net';
import type { Hit } from './marker.ts';

const LONGEST_LOCAL = 64;
const DOMAIN = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,62})?\.){1,8}[\p{L}][\p{L}\p{N}-]{0,62}/uy;
/** Last parts that are no top-level domain but a file's or a unit's ending: `logo@2x.png`, `render@bundle.js`, `getty@tty1.service`. */
const NO_DOMAIN =
  /\.(?:js|mjs|cjs|tsx?|jsx|html?|css|png|jpe?g|gif|svg|webp|map|json|dll|exe|jar|service|socket|timer|mount|slice|scope)$/i;
/** `react@18.2.0-beta.next`, `net@v0.17.0-rc.x`: a package with its version. */
const VERSION = /^v?\d+\.\d+/i;

/** The e-mail address around the `@` (or `%40`: `signLength` 3) at `at`; `floor` is the first index that may still be replaced. */
export function detectEmail(text: string, at: number, floor: number, signLength = 1): Hit | null {
  // The domain's first character tells most signs apart: looking back first would make rows of signs slow.
  if (!mayBeginDomain(text.charCodeAt(at + signLength))) return null;
  let from = at;
  const limit = Math.max(floor, at - LONGEST_LOCAL);
  while (from > limit && isLocalCharacter(text.charCodeAt(from - 1))) from--;
  while (from < at && isLocalPunctuation(text.charCodeAt(from))) from++;
  if (from === at) return null;
  DOMAIN.lastIndex = at + signLength;
  if (!DOMAIN.test(text)) return null;
  const to = DOMAIN.lastIndex;
  const domain = text.slice(at + signLength, to);
  if (NO_DOMAIN.test(domain) || VERSION.test(domain)) return null;
  if (isSshRemote(text, from, at, to)) return null;
  return { from, to, kind: 'email' };
}

/** `git@github.com:team/repository.git` names a server, not a person. */
function isSshRemote(text: string, from: number, at: number, to: number): boolean {
  return text.charCodeAt(to) === 58 && text.slice(from, at) === 'git';
}

function mayBeginDomain(code: number): boolean {
  return isLetter(code) || isDigit(code) || code >= 128;
}

function isLocalCharacter(code: number): boolean {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code >= 128)
    return true;
  return code === 46 || code === 95 || code === 45 || code === 43 || code === 37 || code === 39 || code === 38;
}

function isLocalPunctuation(code: number): boolean {
  return code === 46 || code === 39 || code === 37 || code === 38;
}

const IPV4 = /(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}(?!\w|-[A-Za-z]|\.\d)/y;

/** A client's IPv4 address at `at`; loopback, unspecified, broadcast and versions of programs are none. */
export function detectIpv4(text: string, at: number): Hit | null {
  IPV4.lastIndex = at;
  if (!IPV4.test(text)) return null;
  const to = IPV4.lastIndex;
  const address = text.slice(at, to);
  if (address.startsWith('127.') || address === '0.0.0.0' || address === '255.255.255.255') return null;
  if (isVersion(text, at, to)) return null;
  return { from: at, to, kind: 'ip-address' };
}

const VERSION_WORDS = /(?:versions?|ver|release|build|assembly|firmware|driver)["']?[\s:=("'v]*$/i;

function isVersion(text: string, from: number, to: number): boolean {
  const before = text.charCodeAt(from - 1);
  if (before === 46 || before === 95) return true;
  const beforeThat = text.charCodeAt(from - 2);
  const hasPort = text.charCodeAt(to) === 58 && isDigit(text.charCodeAt(to + 1));
  // `Chrome/126.0.0.0` is a version, `host/10.1.2.3:8080` and `//10.1.2.3` are addresses.
  if (before === 47 && isLetter(beforeThat) && !hasPort) return true;
  if ((before === 45 || before === 64) && isLetter(beforeThat) && !hasPort) return true;
  if (
    (before === 61 || before === 62 || before === 60 || before === 126) &&
    (beforeThat === 61 || beforeThat === 62 || beforeThat === 126)
  )
    return true;
  return VERSION_WORDS.test(text.slice(Math.max(0, from - 24), from));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const LONGEST_IPV6 = 45;
/** Seven of the address (eight where `::` ends it), one of a port or of the sentence. */
const MOST_COLONS = 9;
const SEVEN_COLONS = /^(?:[^:]*:){6,}/;

const COLON_PART = 2;
/** What an address is written with: a table is twice as fast as comparisons where a text is made of colons. */
const ADDRESS_PART = new Uint8Array(128);
for (const character of '0123456789abcdefABCDEF.') ADDRESS_PART[character.charCodeAt(0)] = 1;
ADDRESS_PART[58] = COLON_PART;

/** Too many colons for an address, seen by an earlier look: the next look counts on from there, so that rows of them stay linear. */
export interface ColonCrowd {
  /** The colon behind the one that was looked at; -1: there was no such look. */
  next: number;
  /** The last one that it counted. */
  to: number;
}

/** A client's IPv6 address around the `:` at `at`; loopback and unspecified are none, nor are `Module::name` and times of day. */
export function detectIpv6(text: string, at: number, floor: number, crowd: ColonCrowd): Hit | null {
  if (text.startsWith('::', at + 1)) return null;
  let from = at;
  while (from > floor && at - from < 5 && isHexDigit(text.charCodeAt(from - 1))) from--;
  if (isWordCharacter(text.charCodeAt(from - 1))) return null;
  let to = addressEnd(text, at, Math.min(text.length, from + LONGEST_IPV6 + 1), crowd);
  if (to < 0) return null;
  while (to > from && text.charCodeAt(to - 1) === 46) to--;
  if (to < text.length && isWordCharacter(text.charCodeAt(to))) return null;
  return addressWithin(text, from, to);
}

/** Behind what may belong to the address with the colon at `at`; -1: there are too many colons. */
function addressEnd(text: string, at: number, limit: number, crowd: ColonCrowd): number {
  const isCrowded = crowd.next === at;
  let to = isCrowded ? crowd.to + 1 : at;
  let colons = isCrowded ? MOST_COLONS : 0;
  for (; to < limit; to++) {
    const part = ADDRESS_PART[text.charCodeAt(to)];
    if (!part) return to;
    if (part !== COLON_PART || ++colons <= MOST_COLONS) continue;
    crowd.next = text.indexOf(':', at + 1);
    crowd.to = to;
    return -1;
  }
  return to;
}

/** `::ffff:10.0.0.1:443` or `fe80::1:` (a sentence's colon): the longest front part that is an address. */
function addressWithin(text: string, from: number, to: number): Hit | null {
  if (to - from < 3) return null;
  const candidate = text.slice(from, to);
  if (!candidate.includes('::') && !SEVEN_COLONS.test(candidate)) return null;
  const address = [candidate, candidate.replace(/:+$/, ''), candidate.replace(/(\d\.\d+):\d+$/, '$1')].find((part) =>
    isIPv6(part),
  );
  if (address === undefined || isHarmlessIpv6(address)) return null;
  return { from, to: from + address.length, kind: 'ip-address' };
}

function isHarmlessIpv6(address: string): boolean {
  if (!/\d/.test(address)) return true;
  if (/^[0:]+[01]?$/.test(address)) return true;
  const mapped = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  return mapped !== undefined && (mapped.startsWith('127.') || mapped === '0.0.0.0');
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isWordCharacter(code: number): boolean {
  return isDigit(code) || isLetter(code) || code === 95;
}
