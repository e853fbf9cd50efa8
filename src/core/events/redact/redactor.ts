import { createHmac, randomBytes } from 'node:crypto';
import type { Event, Exception, HttpRequest } from '../event.ts';
import { markerOf, type RedactionKind } from './marker.ts';
import { type RedactionLimits, redactValue, type SafeName, type ValueScan } from './redact-value.ts';
import { type ScanOptions, scanText } from './scan-text.ts';
import { createSecretKeys, type SecretKeys } from './secret-keys.ts';
import { createTextMemo } from './text-memo.ts';

/** Takes secrets out of texts, values and events; counts what it took by kind. Everything it returns is safe to store and show. */
export interface Redactor {
  /** Plain text, log lines, stack traces, URLs, JSON in strings. */
  text(value: string): string;
  /** Source code: as `text`, but only quoted values count, because a bare one is an expression. */
  code(value: string): string;
  /** Anything, at any depth; what needs no change is returned itself. */
  value(value: unknown): unknown;
  /** A copy of the event with every text in it redacted; parts that need no change are shared with the original. */
  event(event: Event): Event;
  /** How many of each kind were taken out so far; kinds never met are absent. */
  counts(): Record<string, number>;
}

export interface RedactorOptions {
  /**
   * Own secrets by name: `iban` (that field anywhere, also in `key=value` text) or by path with `*` (one segment) and `**` (any
   * number): `payload.customer.**`, `attributes.*.iban`. An event's paths begin with its own fields.
   */
  paths?: readonly string[];
  /**
   * Client addresses (IPv4, IPv6) in text: `redact`, `keep`, or `pseudonym`, which keeps equal ones equal without telling them. The field
   * `request.clientAddress`, which is never shown, becomes a pseudonym in both: scans are told apart by their client.
   */
  clientAddresses?: 'redact' | 'keep' | 'pseudonym';
  limits?: Partial<RedactionLimits>;
}

/** Bounds and choices of redaction. */
export const DEFAULT_REDACTION = {
  /** Addresses identify people; a report needs them only where the user says so. */
  clientAddresses: 'redact',
  /** Levels of nesting; real records stay below 10. */
  depth: 64,
  /** Values per structure; a larger one is cut there and marked. */
  nodes: 10_000,
  /** Characters of one string (256 KiB); the rest is cut and marked, never passed unscanned. */
  stringLength: 262_144,
} as const;

/** A secret uncovered by what was taken out around it is found by the next pass; real texts need two. */
const PASSES = 4;
/** Texts that repeat from record to record (labels, user agents, messages; stacks in crash loops) are redacted once while they are remembered. */
const MEMOS = {
  /** Characters from which a text counts as long. */
  longFrom: 200,
  short: { entries: 16_384, characters: 2_097_152 },
  long: { entries: 512, characters: 2_097_152 },
} as const;
/** Nothing that a detector knows is shorter. */
const SHORTEST_SECRET = 4;

/** Detectors: names of fields (`secret-keys.ts`), token shapes, URLs, PEM keys, cards, e-mail and client addresses. */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const paths = (options.paths ?? []).map((path) => path.split('.').filter((segment) => segment !== ''));
  const own = paths
    .filter((path) => path.length === 1 || (path.length === 2 && path[0] === '**'))
    .map((path) => path[path.length - 1]!);
  const keys = createSecretKeys(own.filter((name) => !name.includes('*')));
  const limits: RedactionLimits = {
    depth: options.limits?.depth ?? DEFAULT_REDACTION.depth,
    nodes: options.limits?.nodes ?? DEFAULT_REDACTION.nodes,
    stringLength: options.limits?.stringLength ?? DEFAULT_REDACTION.stringLength,
  };
  const addresses = options.clientAddresses ?? DEFAULT_REDACTION.clientAddresses;
  const redactText = createTextRedactor({ keys, limits, addresses });
  const scan: ValueScan = {
    keys,
    limits,
    paths: paths.filter((path) => path.length > 1),
    text: redactText.text,
    name: createNameReader(keys, redactText.text),
    replaced: redactText.replaced,
  };
  return {
    text: redactText.text,
    code: redactText.code,
    value: (value) => redactValue(value, scan),
    event: (event) => redactEvent(event, scan, addresses === 'keep' ? null : redactText.address),
    counts: () => Object.fromEntries(redactText.counts),
  };
}

const REMEMBERED_NAMES = 4_096;
const LONGEST_REMEMBERED_NAME = 96;

/** Names of fields repeat in every record: each is looked up once for both of its questions. One that holds a secret is counted anew each time. */
function createNameReader(keys: SecretKeys, text: (value: string) => string): (key: string) => SafeName {
  const harmless = new Map<string, SafeName>();
  return (key) => {
    const known = harmless.get(key);
    if (known !== undefined) return known;
    const name: SafeName = { text: text(key), kind: keys.kindOf(key) };
    if (name.text !== key || key.length > LONGEST_REMEMBERED_NAME) return name;
    if (harmless.size >= REMEMBERED_NAMES) harmless.clear();
    harmless.set(key, name);
    return name;
  };
}

const NO_KINDS: readonly RedactionKind[] = [];

interface TextRedactor {
  text(value: string): string;
  code(value: string): string;
  address(value: string): string;
  replaced(kind: RedactionKind): string;
  counts: Map<RedactionKind, number>;
}

interface TextRedactorOptions {
  keys: SecretKeys;
  limits: RedactionLimits;
  addresses: 'redact' | 'keep' | 'pseudonym';
}

function createTextRedactor({ keys, limits, addresses }: TextRedactorOptions): TextRedactor {
  const counts = new Map<RedactionKind, number>();
  const shortTexts = createTextMemo(MEMOS.short);
  const longTexts = createTextMemo(MEMOS.long);
  const pseudonymOf = createPseudonyms();
  let recorded: RedactionKind[] | null = null;

  const replaced = (kind: RedactionKind): string => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    recorded?.push(kind);
    return markerOf(kind);
  };
  const pseudonymised = (kind: RedactionKind, secret: string): string => {
    const marker = replaced(kind);
    return `${marker.slice(0, -1)}:${pseudonymOf(secret.toLowerCase())}]`;
  };
  const replace = (kind: RedactionKind, secret: string): string =>
    kind === 'ip-address' && addresses === 'pseudonym' ? pseudonymised(kind, secret) : replaced(kind);
  const redactsAddresses = addresses !== 'keep';
  const logScan: ScanOptions = { keys, redactsAddresses, isCode: false, replace };
  const codeScan: ScanOptions = { keys, redactsAddresses, isCode: true, replace };

  const bounded = (value: string, scan: ScanOptions): string => {
    if (value.length <= limits.stringLength) return untilStable(value, scan);
    const kept = untilStable(cutAtWord(value, limits.stringLength), scan);
    return kept + replaced('too-long');
  };
  const text = (value: string): string => {
    if (value.length < SHORTEST_SECRET) return value;
    const memo = value.length < MEMOS.longFrom ? shortTexts : longTexts;
    const remembered = memo.get(value);
    if (remembered !== undefined) {
      for (const kind of remembered.kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return remembered.text;
    }
    const kinds: RedactionKind[] = [];
    recorded = kinds;
    const redacted = bounded(value, logScan);
    recorded = null;
    memo.set(value, { text: redacted, kinds: kinds.length === 0 ? NO_KINDS : kinds });
    return redacted;
  };
  return {
    text,
    code: (value) => bounded(value, codeScan),
    address: (value) => addressOf(value, text, pseudonymised),
    replaced,
    counts,
  };
}

/** Clients asked about again and again; each costs as much as a line of text. */
const REMEMBERED_PSEUDONYMS = 4_096;

/** Eight hex digits for each secret, the same for equal ones; the key lives as long as the redactor and is never shown. */
function createPseudonyms(): (secret: string) => string {
  const key = randomBytes(16);
  const remembered = new Map<string, string>();
  return (secret) => {
    const known = remembered.get(secret);
    if (known !== undefined) return known;
    const pseudonym = createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
    if (remembered.size >= REMEMBERED_PSEUDONYMS) remembered.clear();
    remembered.set(secret, pseudonym);
    return pseudonym;
  };
}

function untilStable(value: string, scan: ScanOptions): string {
  let current = value;
  for (let pass = 0; pass < PASSES; pass++) {
    const next = scanText(current, scan);
    if (next === current) break;
    current = next;
  }
  return current;
}

/** Never in the middle of a word: half a token would be shorter than what the detectors know. */
function cutAtWord(text: string, length: number): string {
  for (let at = length; at > length - 4096 && at > 0; at--) {
    if (text.charCodeAt(at - 1) <= 32) return text.slice(0, at);
  }
  return text.slice(0, Math.max(0, length - 4096));
}

/** The field says that it is an address: host names and forms the text detectors leave alone count too. */
function addressOf(
  value: string,
  text: (value: string) => string,
  replace: (kind: RedactionKind, secret: string) => string,
): string {
  const bare = value.replace(/^\[|\](?::\d+)?$/g, '');
  if (value === '' || value.startsWith('[redacted:')) return text(value);
  if (/^(?:127\.[\d.]+|0\.0\.0\.0|::1?|localhost|-|unix:?)$/.test(bare.replace(/^(\d[\d.]+):\d+$/, '$1'))) return value;
  return replace('ip-address', value);
}

function redactEvent(event: Event, scan: ValueScan, address: ((value: string) => string) | null): Event {
  const { text } = scan;
  const optional = (value: string | null): string | null => (value === null ? null : text(value));
  const structured = redactValue({ attributes: event.attributes, payload: event.payload }, scan) as Pick<
    Event,
    'attributes' | 'payload'
  >;
  return {
    ...event,
    severityText: optional(event.severityText),
    body: text(event.body),
    template: optional(event.template),
    logger: optional(event.logger),
    instance: optional(event.instance),
    exceptions:
      event.exceptions.length === 0
        ? event.exceptions
        : event.exceptions.map((exception) => redactException(exception, text)),
    stackText: optional(event.stackText),
    request: event.request === null ? null : redactRequest(event.request, text, address),
    user: event.user === null ? null : { id: optional(event.user.id), name: optional(event.user.name) },
    breadcrumbs:
      event.breadcrumbs.length === 0
        ? event.breadcrumbs
        : event.breadcrumbs.map((crumb) => ({
            ...crumb,
            category: optional(crumb.category),
            message: text(crumb.message),
          })),
    attributes: structured.attributes,
    payload: structured.payload,
    source: { ...event.source, name: text(event.source.name) },
  };
}

function redactException(exception: Exception, text: (value: string) => string): Exception {
  return {
    ...exception,
    type: exception.type === null ? null : text(exception.type),
    message: exception.message === null ? null : text(exception.message),
    frames: exception.frames.map((frame) => ({
      ...frame,
      file: frame.file === null ? null : text(frame.file),
      code: frame.code === null ? null : text(frame.code),
    })),
  };
}

function redactRequest(
  request: HttpRequest,
  text: (value: string) => string,
  address: ((value: string) => string) | null,
): HttpRequest {
  const optional = (value: string | null): string | null => (value === null ? null : text(value));
  return {
    ...request,
    method: optional(request.method),
    path: optional(request.path),
    route: optional(request.route),
    host: optional(request.host),
    userAgent: optional(request.userAgent),
    clientAddress:
      request.clientAddress === null || address === null ? request.clientAddress : address(request.clientAddress),
    id: optional(request.id),
  };
}
