/**
 * Replaces what varies in a log message by wildcards that name its kind, so that the same sentence with other values
 * gives the same text: `took 12 ms for 10.0.0.1` → `took <duration> for <ip>`.
 *
 * Only the first line counts, and 1 KiB of it. One combined regular expression does the work; its alternatives stand in
 * order of precedence and every repetition in them is bounded, so the cost is linear. Masking a masked text changes nothing.
 */

/** Bound of what is looked at and of what is returned, in UTF-16 units. Longer first lines differ, if at all, in values. */
export const MASK_LIMIT = 1024;

const MONTH = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const WEEKDAY = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?[AaPp][Mm]\b)?`;
const ZONE = String.raw`(?:\s?(?:Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d(?!\d)))?`;
const LABEL = '[A-Za-z0-9][A-Za-z0-9_-]{0,62}';
/** Endings that make two labels a host; with three labels or more, country codes and the newer ones count too. */
const OLD_DOMAINS = 'com|net|org|edu|gov|mil|biz|arpa|local|localdomain|internal|lan|localhost';
const NEW_DOMAINS = 'info|cloud|app|dev|[a-z]{2}';
const FILE_ENDINGS = 'py|js|ts|rb|go|rs|sh|md|cc|so|gz|cs|vb|ps|kt|xz|db|id|ko|rc';
const UNIT_SHORT = 'ns|us|µs|ms|s|m|h|d';
const UNIT_LONG =
  'nanoseconds?|microseconds?|milliseconds?|msecs?|millis|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|ms';

/** Kinds in order of precedence, each with its pattern. A wildcard is the kind in angle brackets. */
const KINDS: readonly (readonly [kind: string, pattern: string])[] = [
  ['email', String.raw`[A-Za-z0-9._%+-]{1,64}@${LABEL}(?:\.${LABEL}){1,8}`],
  ['url', String.raw`[A-Za-z][A-Za-z0-9+.-]{1,15}:\/\/[^\s"'<>]{0,1000}[^\s"'<>.,;:!?)\]}]`],
  [
    'host',
    String.raw`(?:(?:${LABEL}\.){1,8}(?:${OLD_DOMAINS})|(?:${LABEL}\.){2,8}(?!(?:${FILE_ENDINGS})(?![A-Za-z0-9]))(?:${NEW_DOMAINS}))(?![A-Za-z0-9_(/\\-]|\.[A-Za-z0-9_])(?::\d{1,5}(?![\w.]))?`,
  ],
  [
    'ip',
    String.raw`(?:\d{1,3}\.){3}\d{1,3}(?![A-Za-z0-9]|\.\d)(?::\d{1,5}(?![A-Za-z0-9]))?|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])|(?=[0-9a-fA-F:]{0,39}\d)(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?(?![\w:])`,
  ],
  ['mac', '[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5,31}(?![A-Za-z0-9:-])'],
  ['traceparent', '[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?![A-Za-z0-9])'],
  ['uuid', '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![A-Za-z0-9])'],
  ['sha1', '[0-9a-fA-F]{40}(?![A-Za-z0-9])'],
  ['md5', '[0-9a-fA-F]{32}(?![A-Za-z0-9])'],
  [
    'date',
    [
      String.raw`\d{4}(?:-\d\d-|/\d\d/|\.\d\d\.)\d\d(?:[T ,-]{1,2}${CLOCK}${ZONE})?(?![A-Za-z0-9])`,
      String.raw`\d{1,2}[/ -](?:${MONTH})[/ -]\d{4}(?:[: ]${CLOCK}${ZONE})?(?![A-Za-z0-9])`,
      String.raw`\d{1,2}\/\d{1,2}\/\d{2,4}(?:[: ,]{1,2}${CLOCK}${ZONE})?(?![A-Za-z0-9])`,
      String.raw`(?:(?:${WEEKDAY})[a-z]{0,6},?\s{1,2})?(?:${MONTH})[a-z]{0,6}\.?\s{1,2}\d{1,2}(?:,?\s\d{4})?(?:,?\s${CLOCK}${ZONE})?(?:\s[A-Z]{3,4}(?=\s\d{4}))?(?:\s\d{4})?(?![A-Za-z0-9])`,
      `${CLOCK}${ZONE}(?![A-Za-z0-9]|:[0-9a-fA-F])`,
    ].join('|'),
  ],
  [
    'duration',
    String.raw`\d{1,18}(?:\.\d{1,18})?(?:(?:${UNIT_SHORT})(?:\d{1,3}(?:${UNIT_SHORT})){0,4}|\s?(?:${UNIT_LONG}))(?![A-Za-z0-9])`,
  ],
  [
    'hex',
    String.raw`0[xX][0-9a-fA-F]{1,128}(?![A-Za-z0-9])|(?=[a-f]{0,128}\d)(?=\d{0,128}[a-f])[0-9a-f]{8,128}(?![A-Za-z0-9])|(?=[A-F]{0,128}\d)(?=\d{0,128}[A-F])[0-9A-F]{8,128}(?![A-Za-z0-9])`,
  ],
  ['git', String.raw`(?=[a-f]{0,6}\d)(?=\d{0,6}[a-f])[0-9a-f]{7}(?![A-Za-z0-9])`],
  ['float', String.raw`[-+]?\d{1,64}(?:\.\d{1,64}){1,16}(?:[eE][-+]?\d{1,3})?(?=[A-Za-z%]{0,3}(?![A-Za-z0-9]))`],
  ['int', String.raw`[-+]?\d{1,128}(?=[A-Za-z%]{0,3}(?![A-Za-z0-9]))`],
];

const QUOTED = String.raw`=\s?(?:"[^"]{0,512}"|'[^']{0,512}')`;
const BOOL = String.raw`=\s?(?:[Tt]rue|[Ff]alse|TRUE|FALSE)(?![\w<])`;

/** What a text must contain for a kind to be in it; every other kind has a digit. */
const NEEDS: Record<string, string> = { email: '@', url: '://', host: '.' };

interface Masking {
  pattern: RegExp;
  wildcardOf: (...found: unknown[]) => string;
}

/**
 * The combined expression, less the alternatives that cannot match: an address costs a scan of every word, and most
 * lines hold none. Built once per combination of signs; measured, it halves the time.
 */
const maskings = new Map<number, Masking | null>();

function maskingFor(text: string): Masking | null {
  const signs =
    (text.includes('@') ? 1 : 0) +
    (text.includes('://') ? 2 : 0) +
    (text.includes('.') ? 4 : 0) +
    (text.includes('=') ? 8 : 0) +
    (/\d/.test(text) ? 16 : 0);
  let masking = maskings.get(signs);
  if (masking === undefined) {
    masking = buildMasking(text);
    maskings.set(signs, masking);
  }
  return masking;
}

function buildMasking(text: string): Masking | null {
  const kinds = KINDS.filter(([kind]) => (NEEDS[kind] === undefined ? /\d/.test(text) : text.includes(NEEDS[kind])));
  const words = kinds.map(([, pattern]) => `(${pattern})`).join('|');
  const assigned = text.includes('=') ? `(${QUOTED})|(${BOOL})` : '';
  const alternatives = [words && `(?<![A-Za-z0-9])(?:${words})`, assigned].filter((part) => part !== '');
  if (alternatives.length === 0) return null;
  const wildcards = [...kinds.map(([kind]) => `<${kind}>`), '=<quoted>', '=<bool>'];
  return {
    pattern: new RegExp(alternatives.join('|'), 'g'),
    wildcardOf: (...found) => {
      let group = 1;
      while (found[group] === undefined) group++;
      return wildcards[group - 1] ?? '';
    },
  };
}

/** How far back from the bound a space is looked for. */
const LONGEST_HALVED = 256;
/** Passes until nothing changes; one is enough for real lines. */
const PASS_LIMIT = 8;

/**
 * The first line of `text`, at most {@link MASK_LIMIT} units, with each variable as its kind: `<email>`, `<url>`, `<host>`,
 * `<ip>`, `<traceparent>`, `<uuid>`, `<sha1>`, `<md5>`, `<date>`, `<duration>`, `<hex>`, `<git>`, `<float>`, `<int>`,
 * `=<quoted>`, `=<bool>`. Deterministic, linear, never throws; `maskMessage(maskMessage(x)) === maskMessage(x)`.
 */
export function maskMessage(text: string): string {
  let masked = firstLine(text);
  for (let pass = 0; pass < PASS_LIMIT; pass++) {
    const masking = maskingFor(masked);
    const next = masking ? cut(masked.replace(masking.pattern, masking.wildcardOf)) : masked;
    if (next === masked) break;
    masked = next;
  }
  return masked;
}

function firstLine(text: string): string {
  const start = text.search(/\S/);
  if (start < 0) return '';
  const piece = text.slice(start, start + MASK_LIMIT + 1);
  const end = piece.search(/[\r\n\u2028\u2029]/);
  return cut(end === -1 ? piece : piece.slice(0, end)).trimEnd();
}

/** At the last space, so that no value is halved; a text without one near the end is cut there, never inside a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MASK_LIMIT) return text;
  const space = text.lastIndexOf(' ', MASK_LIMIT);
  if (space > MASK_LIMIT - LONGEST_HALVED) return text.slice(0, space).trimEnd();
  const last = text.charCodeAt(MASK_LIMIT - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? MASK_LIMIT - 1 : MASK_LIMIT).trimEnd();
}
