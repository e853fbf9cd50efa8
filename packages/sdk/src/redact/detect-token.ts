import type { Hit, RedactionKind } from './marker.ts';

/**
 * Credentials that show what they are by their shape. Each pattern is tried at the beginning of a word whose first two letters are
 * `starts`; all are linear. Sources: the vendors' documentation of their token formats.
 */
interface TokenShape {
  starts: readonly string[];
  pattern: RegExp;
  kind: RedactionKind;
  accepts?: (match: string) => boolean;
}

const SHAPES: readonly TokenShape[] = [
  // AWS access key ids, with the secret key when it follows.
  {
    starts: ['AK', 'AS', 'AB', 'AC'],
    pattern:
      /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{12,16}(?![A-Za-z0-9])(?:[\s:,;/|"'=]{1,4}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?/y,
    kind: 'cloud-key',
  },
  { starts: ['AI'], pattern: /AIza[\w-]{30,40}/y, kind: 'cloud-key' },
  { starts: ['GO'], pattern: /GOCSPX-[\w-]{16,}/y, kind: 'cloud-key' },
  { starts: ['ya'], pattern: /ya29\.[\w-]{16,}/y, kind: 'cloud-key' },
  { starts: ['gh'], pattern: /gh[pousr]_[A-Za-z0-9]{20,255}/y, kind: 'cloud-key' },
  { starts: ['gi'], pattern: /github_pat_[A-Za-z0-9_]{20,255}/y, kind: 'cloud-key' },
  { starts: ['gl'], pattern: /gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|ffct|oas)-[\w.-]{16,}/y, kind: 'cloud-key' },
  { starts: ['xo', 'xa'], pattern: /(?:xox[abeoprs]|xapp|xoxe\.xox[bp])-[A-Za-z0-9-]{8,}/y, kind: 'cloud-key' },
  { starts: ['sk', 'rk'], pattern: /[sr]k_(?:live|test|prod)_[A-Za-z0-9]{8,}/y, kind: 'cloud-key' },
  {
    starts: ['sk'],
    pattern: /sk-[\w-]{16,}/y,
    kind: 'cloud-key',
    accepts: (match) => /\d/.test(match) && /[A-Z]|\d[a-z]|[a-z]\d/.test(match),
  },
  { starts: ['wh'], pattern: /whsec_[A-Za-z0-9+/=]{16,}/y, kind: 'cloud-key' },
  { starts: ['SG'], pattern: /SG\.[\w-]{10,}\.[\w-]{10,}/y, kind: 'cloud-key' },
  { starts: ['SK'], pattern: /SK[0-9a-f]{32}(?![A-Za-z0-9])/y, kind: 'cloud-key' },
  { starts: ['np'], pattern: /npm_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  {
    starts: ['py'],
    pattern: /pypi-[\w-]{20,}/y,
    kind: 'cloud-key',
    accepts: (match) => /[A-Z]/.test(match) && /\d/.test(match),
  },
  { starts: ['hf'], pattern: /hf_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['do'], pattern: /do[oprt]_v1_[0-9a-f]{32,}/y, kind: 'cloud-key' },
  { starts: ['hv', 's.'], pattern: /hv[sbr]\.[\w-]{16,}/y, kind: 'cloud-key' },
  { starts: ['sh'], pattern: /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{24,}/y, kind: 'cloud-key' },
  { starts: ['dc'], pattern: /dckr_(?:pat|oat)_[\w-]{16,}/y, kind: 'cloud-key' },
  { starts: ['da'], pattern: /dapi[0-9a-f]{32}(?![A-Za-z0-9])/y, kind: 'cloud-key' },
  { starts: ['gr', 'gs'], pattern: /(?:glsa|grn)_[A-Za-z0-9_]{24,}/y, kind: 'cloud-key' },
  { starts: ['sn'], pattern: /sntry[su]_[\w=+/-]{16,}/y, kind: 'cloud-key' },
  { starts: ['ke'], pattern: /key-[0-9a-f]{32}(?![A-Za-z0-9])/y, kind: 'cloud-key' },
  // AWS session tokens begin with what they name, in base64.
  { starts: ['Fw', 'IQ'], pattern: /(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+=]{40,}/y, kind: 'cloud-key' },
  // Alibaba Cloud and Tencent Cloud key ids.
  { starts: ['LT'], pattern: /LTAI[A-Za-z0-9]{12,26}(?![A-Za-z0-9])/y, kind: 'cloud-key', accepts: hasDigit },
  { starts: ['AK'], pattern: /AKID[A-Za-z0-9]{13,40}(?![A-Za-z0-9])/y, kind: 'cloud-key', accepts: hasDigit },
  { starts: ['AT'], pattern: /AT(?:ATT3|CTT3|BB)[\w=-]{20,}/y, kind: 'cloud-key' },
  { starts: ['li'], pattern: /lin_(?:api|oauth)_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['gs'], pattern: /gsk_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['xa'], pattern: /xai-[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['pp'], pattern: /pplx-[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['r8'], pattern: /r8_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['PM'], pattern: /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/y, kind: 'cloud-key' },
  { starts: ['NR'], pattern: /NRAK-[A-Z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['sb'], pattern: /sb(?:p_[0-9a-f]{32,}|_secret_[\w-]{20,})/y, kind: 'cloud-key' },
  { starts: ['ps'], pattern: /pscale_(?:tkn|pw|oauth)_[\w.=-]{20,}/y, kind: 'cloud-key' },
  { starts: ['dp'], pattern: /dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,}/y, kind: 'cloud-key' },
  { starts: ['pu'], pattern: /pul-[0-9a-f]{40}/y, kind: 'cloud-key' },
  { starts: ['nt'], pattern: /ntn_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['nf'], pattern: /nfp_[A-Za-z0-9]{20,}/y, kind: 'cloud-key' },
  { starts: ['sq'], pattern: /sq0(?:atp|csp)-[\w-]{20,}/y, kind: 'cloud-key' },
  { starts: ['HR'], pattern: /HRKU-[\w-]{30,}/y, kind: 'cloud-key' },
  { starts: ['AG'], pattern: /AGE-SECRET-KEY-1[A-Z0-9]{30,}/y, kind: 'private-key' },
  {
    starts: ['be', 'Be', 'BE'],
    pattern: /bearer(?:\s|%20|\+){1,4}[\w.~+/=%-]{8,}/iy,
    kind: 'bearer',
    accepts: isBearer,
  },
  { starts: ['ba', 'Ba', 'BA'], pattern: /basic\s{1,4}[A-Za-z0-9+/_-]{6,}={0,2}/iy, kind: 'basic', accepts: isBasic },
];

/** One slot per pair of ASCII letters, so that ordinary words cost one look. */
const BY_START: (readonly TokenShape[] | undefined)[] = [];
for (const shape of SHAPES) {
  for (const start of shape.starts) {
    const slot = (start.charCodeAt(0) << 7) | start.charCodeAt(1);
    BY_START[slot] = [...(BY_START[slot] ?? []), shape];
  }
}
const IS_START = new Uint8Array(1 << 14);
BY_START.forEach((_shapes, slot) => {
  IS_START[slot] = 1;
});

/** Whether a token shape may begin with these two characters. */
export function mayStartToken(first: number, second: number): boolean {
  return second < 128 && IS_START[(first << 7) | second] === 1;
}

export function detectToken(text: string, at: number): Hit | null {
  const shapes = BY_START[(text.charCodeAt(at) << 7) | text.charCodeAt(at + 1)];
  if (shapes === undefined) return null;
  for (const { pattern, kind, accepts } of shapes) {
    pattern.lastIndex = at;
    if (!pattern.test(text)) continue;
    const to = pattern.lastIndex;
    if (accepts !== undefined && !accepts(text.slice(at, to))) continue;
    return { from: at + keptPrefix(kind, text, at), to, kind };
  }
  return null;
}

/** The scheme's name stays: it explains what was there. */
function keptPrefix(kind: RedactionKind, text: string, at: number): number {
  if (kind !== 'bearer' && kind !== 'basic') return 0;
  const word = kind.length;
  const gap = /^(?:\s|%20|\+)+/.exec(text.slice(at + word, at + word + 16));
  return word + (gap?.[0].length ?? 0);
}

function hasDigit(match: string): boolean {
  return /\d/.test(match);
}

/** `bearer of bad news` and `Bearer authentication` are words. */
function isBearer(match: string): boolean {
  const token = match.replace(/^bearer(?:\s|%20|\+)+/i, '');
  return /\d/.test(token) || token.length >= 20 || /[A-Z][a-z]+[A-Z]/.test(token);
}

/** Basic credentials are base64 of `user:password`; a sentence about basic things is not. */
function isBasic(match: string): boolean {
  const encoded = match.replace(/^basic\s+/i, '');
  if (encoded.length < 6) return false;
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  return decoded.includes(':') && /^[\x20-\x7e\x80-\xff]+$/.test(decoded.slice(0, -1));
}

const JWT = /eyJ[\w-]{10,}(?:\.[\w-]*){0,4}/y;

/** A JSON Web Token, whole or cut; `at` is the index of its `eyJ` (base64 of `{"`). */
export function detectJwt(text: string, at: number): Hit | null {
  JWT.lastIndex = at;
  if (!JWT.test(text)) return null;
  const to = JWT.lastIndex;
  const isLong = to - at >= 20;
  return isLong ? { from: at, to, kind: 'jwt' } : null;
}

const AZURE_SECRET = /[\w.-]{3}\dQ~[\w~.-]{31,34}(?![\w~-])/y;

/** A client secret of Microsoft Entra, around the `~` at `at`. https://learn.microsoft.com/entra/identity-platform/ */
export function detectAzureSecret(text: string, at: number, floor: number): Hit | null {
  const from = at - 5;
  if (from < floor || text.charCodeAt(at - 1) !== 81) return null;
  AZURE_SECRET.lastIndex = from;
  return AZURE_SECRET.test(text) ? { from, to: AZURE_SECRET.lastIndex, kind: 'cloud-key' } : null;
}

const TELEGRAM_BOT = /\d{8,10}:AA[\w-]{33}(?![\w-])/y;

/** The token of a Telegram bot: its number, a colon, and 35 characters. `at`: its first digit. */
export function detectBotToken(text: string, at: number): Hit | null {
  TELEGRAM_BOT.lastIndex = at;
  return TELEGRAM_BOT.test(text) ? { from: at, to: TELEGRAM_BOT.lastIndex, kind: 'cloud-key' } : null;
}
