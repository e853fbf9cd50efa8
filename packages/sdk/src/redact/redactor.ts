import { randomBytes } from 'node:crypto';
import type { FieldRules } from './field-rules.ts';
import { DEFAULT_LIMITS, type RedactionLimits } from './limits.ts';
import { markerOf, type RedactionKind } from './marker.ts';
import { createPseudonyms, type PseudonymForm } from './pseudonym.ts';
import { redactValue, type SafeName, type ValueScan } from './redact-value.ts';
import { createSecretKeys, joinedName, type SecretKeys } from './secret-keys.ts';
import { createTextRedactor, type RedactionAction } from './text-redactor.ts';

/** Takes secrets out of texts and values; counts what it took by kind. Everything it returns is safe to store and show. */
export interface Redactor {
  /** Plain text, log lines, stack traces, URLs, JSON in strings. What a rule would encrypt is masked: nobody takes it from here. */
  text(value: string): string;
  /** Source code: as `text`, but only quoted values count, because a bare one is an expression. */
  code(value: string): string;
  /** Anything, at any depth; what needs no change is returned itself. Masks what a rule would encrypt, as `text`. */
  value(value: unknown): unknown;
  /** A text that its field's name calls a client's address: host names and forms that nobody finds in a text count too. */
  address(value: string): string;
  /** The parts of one record, with what its sealer must take. */
  record<Parts extends RecordParts>(parts: Parts): RedactedRecord<Parts>;
  /** Whether a rule encrypts: without a sealer the program may not start. */
  readonly needsSealer: boolean;
  /** How many of each kind were taken out so far; kinds never met are absent. `too-long`, `too-deep` and `too-many` were cut. */
  counts(): Record<string, number>;
}

/** Own paths of `fields` begin with the names in it; those of the other parts with `message`, `exception`. */
export interface RecordParts {
  message: string;
  /** Nothing of it is sealed: it repeats the message, or is the program's own text. */
  template?: string | undefined;
  fields?: unknown;
  exception?: unknown;
}

export interface RedactedRecord<Parts extends RecordParts> {
  /** The parts themselves where nothing had to be changed. */
  parts: Parts;
  /** Null: nothing is to be sealed. The parts show `[redacted:kind:<slot>]` in its place. */
  sealed: SealedField[] | null;
}

/** A value that goes out encrypted only. */
export interface SealedField {
  /** Counts from 1 in each record. */
  slot: number;
  /** Where it stood: `customer.iban`, `items.*.email`, `message`. */
  path: string;
  /** As JSON can hold it. */
  value: unknown;
}

export interface RedactionOptions {
  /**
   * Own secrets by name: `iban` (that field anywhere, also in `key=value` text, where it is masked unless `rules['own-key']` says
   * else) or by path with `*` (one segment) and `**` (any number): `customer.**`, `orders.*.iban`. Elements of lists are one segment.
   */
  paths?: readonly (string | OwnPath)[];
  /** What is done with each kind; `mask` where nothing is said. */
  rules?: Partial<Record<RedactionKind, RedactionAction>>;
  /** At least 16 bytes, the same everywhere and always where pseudonyms shall be comparable; else random for each redactor. */
  pseudonymKey?: Uint8Array;
  pseudonymForm?: PseudonymForm;
  limits?: Partial<RedactionLimits>;
  /** Values are parsed JSON: nothing in them has getters or a `toJSON`. Default false. */
  isParsedJson?: boolean;
}

export interface OwnPath {
  path: string;
  action: RedactionAction;
}

/** Detectors: names of fields (`secret-keys.ts`), token shapes, URLs, PEM keys, cards, e-mail and client addresses. */
export function createRedactor(options: RedactionOptions = {}): Redactor {
  const rules = options.rules ?? {};
  const limits: RedactionLimits = { ...DEFAULT_LIMITS, ...definedOf(options.limits ?? {}) };
  const paths = ownPathsOf(options.paths ?? [], rules['own-key'] ?? 'mask');
  const keys = createSecretKeys([...paths.names.keys()]);
  const actionOf = (kind: RedactionKind): RedactionAction => rules[kind] ?? 'mask';
  const collected = createCollector();
  const texts = createTextRedactor({
    keys,
    limits,
    actionOf,
    pseudonymOf: createPseudonyms(options.pseudonymKey ?? randomBytes(32), options.pseudonymForm ?? 'long'),
    seal: (_kind, secret) => collected.take(secret),
  });
  const actions = [...Object.values(rules), ...paths.actions, ...paths.names.values()];
  const fieldRules: FieldRules = {
    actionOf: (kind, key, ownPath) => {
      if (kind !== 'own-key') return actionOf(kind);
      return paths.actions[ownPath] ?? paths.names.get(joinedName(key)) ?? actionOf(kind);
    },
    pseudonymised: texts.pseudonymised,
    seal: (kind, value) => {
      const slot = collected.take(value);
      if (slot === null) return null;
      texts.replaced(kind);
      return markerOf(kind, String(slot));
    },
  };
  const scan: ValueScan = {
    keys,
    limits,
    paths: paths.patterns,
    text: texts.text,
    name: createNameReader(keys, texts.text),
    replaced: texts.replaced,
    rules: actions.some((action) => action !== 'mask') ? fieldRules : null,
    isLive: options.isParsedJson !== true,
  };
  return {
    text: texts.text,
    code: texts.code,
    value: (value) => redactValue(value, scan),
    address: (value) => addressOf(value, texts.text, texts.pseudonymised),
    record: (parts) => redactRecord(parts, scan, collected),
    needsSealer: actions.includes('encrypt'),
    counts: () => Object.fromEntries(texts.counts),
  };
}

function definedOf(limits: Partial<RedactionLimits>): Partial<RedactionLimits> {
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

interface OwnPaths {
  /** Side by side: segments, and what is done with what they lead to. */
  patterns: string[][];
  actions: RedactionAction[];
  /** Names that are secrets wherever they stand, without regard to case and separators. */
  names: Map<string, RedactionAction>;
}

function ownPathsOf(paths: readonly (string | OwnPath)[], usual: RedactionAction): OwnPaths {
  const own: OwnPaths = { patterns: [], actions: [], names: new Map() };
  for (const entry of paths) {
    const { path, action } = typeof entry === 'string' ? { path: entry, action: usual } : entry;
    const segments = path.split('.').filter((segment) => segment !== '');
    const name = segments[segments.length - 1] ?? '';
    const isName = segments.length === 1 || (segments.length === 2 && segments[0] === '**');
    if (isName && !name.includes('*')) own.names.set(joinedName(name), action);
    if (segments.length <= 1) continue;
    own.patterns.push(segments);
    own.actions.push(action);
  }
  return own;
}

/** What one record gives to its sealer. */
interface Collected {
  sealed: SealedField[];
  /** Where the walk is: names, from the record's root. */
  path: string[];
}

interface Collector {
  /** The slot it got; null while no record is redacted. */
  take(value: unknown): number | null;
  /** Runs with a collection of its own: a getter of one record may log another. */
  collect<T>(work: (collected: Collected) => T): T;
  /** Runs with none: what would be sealed is masked. */
  apart<T>(work: () => T): T;
}

function createCollector(): Collector {
  let current: Collected | null = null;
  const within = <T>(collected: Collected | null, work: () => T): T => {
    const outer = current;
    current = collected;
    try {
      return work();
    } finally {
      current = outer;
    }
  };
  return {
    take(value) {
      if (current === null) return null;
      const slot = current.sealed.length + 1;
      current.sealed.push({ slot, path: current.path.join('.'), value });
      return slot;
    },
    collect(work) {
      const own: Collected = { sealed: [], path: [] };
      return within(own, () => work(own));
    },
    apart: (work) => within(null, work),
  };
}

function redactRecord<Parts extends RecordParts>(
  parts: Parts,
  scan: ValueScan,
  { collect, apart }: Collector,
): RedactedRecord<Parts> {
  const written = parts.template;
  const template = written === undefined ? undefined : apart(() => scan.text(written));
  const { redacted, sealed } = collect(({ path, sealed: taken }) => {
    path.push('message');
    const message = scan.text(parts.message);
    path.length = 0;
    const fields = parts.fields === undefined ? undefined : redactValue(parts.fields, scan, path);
    path.length = 0;
    path.push('exception');
    const exception = parts.exception === undefined ? undefined : redactValue(parts.exception, scan, path);
    const isSame =
      message === parts.message &&
      template === parts.template &&
      fields === parts.fields &&
      exception === parts.exception;
    return { redacted: isSame ? parts : { ...parts, message, template, fields, exception }, sealed: taken };
  });
  if (sealed.length === 0) return { parts: redacted, sealed: null };
  // Names in a path may be secrets themselves, and the path goes out in clear.
  apart(() => {
    for (const field of sealed) field.path = scan.text(field.path);
  });
  return { parts: redacted, sealed };
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
