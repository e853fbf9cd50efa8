import type { Event, Exception } from '../../events/index.ts';
import { canonicalJson, shortHash } from '../../shared/index.ts';
import { chainOf, type OriginOf, rootCauseOf } from '../application-frame.ts';
import { endpointOf } from '../endpoint.ts';
import type { Candidate } from '../fold/candidate.ts';
import { isBareRequest } from '../fold/representative.ts';
import type { FingerprintExplanation } from '../issue.ts';
import { maskMessage } from '../templates/index.ts';
import { type CleanFrame, type CleanFrames, createFrameCleaner } from './clean-frame.ts';
import { collapseCycles } from './collapse-cycles.ts';

/** Fingerprint version 1. Changing anything here is a new version: stored hashes are never re-hashed. */
export interface Fingerprint {
  /** What names the issue: client, else app, else all, else msg. */
  primary: string;
  /** All hashes of the event, strongest first: an issue is matched by each in turn. */
  hashes: string[];
  why: FingerprintExplanation;
}

const APPLICATION_FRAMES = 5;
const ALL_FRAMES = 100;

/** `v1:<kind>:` and 16 hex of SHA-256 over the canonical JSON of the inputs: what an explanation holds gives its hash again. */
export function hashInputs(kind: FingerprintExplanation['kind'], inputs: unknown): string {
  return `v1:${kind}:${shortHash(canonicalJson(inputs))}`;
}

/** The same for inputs whose keys already stand in order: a third of the time, and most of a fingerprint's. */
function hashSorted(kind: FingerprintExplanation['kind'], inputs: { frames: unknown; types: unknown }): string {
  return `v1:${kind}:${shortHash(JSON.stringify(inputs))}`;
}

/** Computes fingerprints; what depends on the exceptions alone is computed once per exceptions array, which equal stacks share. */
export function createFingerprinter(originOf: OriginOf): (candidate: Candidate) => Fingerprint {
  const clean = createFrameCleaner(originOf);
  const byExceptions = new WeakMap<readonly Exception[], Fingerprint>();
  const ofStack = (event: Event): Fingerprint => {
    if (event.template !== null) return fingerprintStack(event, clean);
    const known = byExceptions.get(event.exceptions);
    if (known) return known;
    const computed = fingerprintStack(event, clean);
    byExceptions.set(event.exceptions, computed);
    return computed;
  };
  return (candidate) => {
    const own = candidate.event.exceptions.some(({ frames }) => frames.length > 0)
      ? ofStack(candidate.event)
      : fingerprintMessage(candidate);
    return withClientFingerprint(candidate.event, own);
  };
}

interface StackFrames {
  kept: CleanFrame[];
  all: CleanFrame[];
  skipped: { frame: string; rule: string }[];
}

function fingerprintStack(event: Event, clean: CleanFrames): Fingerprint {
  const chain = chainOf(event.exceptions);
  const types = chain.map(({ type }) => lastNamePart(type));
  const root = rootCauseOf(event.exceptions);
  const from = root === null ? 0 : chain.indexOf(root);
  const { kept, all, skipped } = collectFrames(chain, from, clean);
  const needsTemplate = kept.length === 0 || kept[0]?.isNameless === true || (all[0]?.isNameless ?? true);
  const template = needsTemplate ? templateOf(event, root?.message ?? event.body) : null;
  const extra = template === null ? {} : { template };
  const allInputs = { frames: all.map(({ values }) => values), ...extra, types };
  const allHash = hashSorted('all', allInputs);
  if (kept.length === 0) {
    const why = explain({ kind: 'all', inputs: allInputs, kept: all, skipped, template });
    return { primary: allHash, hashes: [allHash], why };
  }
  const appInputs = { frames: kept.map(({ values }) => values), ...extra, types };
  const appHash = hashSorted('app', appInputs);
  return {
    primary: appHash,
    hashes: [appHash, allHash],
    why: explain({ kind: 'app', inputs: appInputs, kept, skipped, template }),
  };
}

/** `app` takes the root cause's frames, or those of the next exception outward that has any of the application's. */
function collectFrames(chain: readonly Exception[], from: number, clean: CleanFrames): StackFrames {
  const skipped: StackFrames['skipped'] = [];
  const all: CleanFrame[] = [];
  let kept: CleanFrame[] = [];
  const order = [...chain.slice(0, from + 1).reverse(), ...chain.slice(from + 1)];
  for (const exception of order) {
    const frames = usableFrames(exception, clean, skipped);
    if (kept.length === 0) kept = frames.filter(({ isApplication }) => isApplication).slice(0, APPLICATION_FRAMES);
    all.push(...frames.slice(0, ALL_FRAMES - all.length));
    if (all.length >= ALL_FRAMES && kept.length > 0) break;
  }
  for (const frame of all) {
    if (!kept.includes(frame) && kept.length > 0 && skipped.length < ALL_FRAMES) {
      skipped.push({ frame: frame.text, rule: frame.isApplication ? 'beyond the first 5' : frame.rule });
    }
  }
  return { kept, all, skipped };
}

function usableFrames(
  { frames, language }: Exception,
  clean: CleanFrames,
  skipped: StackFrames['skipped'],
): CleanFrame[] {
  const cleaned = frames.map((frame) => clean(frame, language));
  const usable = cleaned.filter(({ values }) => values !== null);
  const keys = usable.map(({ values }) => (values ?? []).join('\u0000'));
  const kept = new Set(collapseCycles(keys));
  const note = (frame: CleanFrame, rule: string) => {
    if (skipped.length < ALL_FRAMES) skipped.push({ frame: frame.text, rule });
  };
  for (const frame of cleaned) if (frame.values === null) note(frame, frame.rule);
  usable.forEach((frame, index) => {
    if (!kept.has(index)) note(frame, 'repeated');
  });
  return usable.filter((_, index) => kept.has(index));
}

function fingerprintMessage(candidate: Candidate): Fingerprint {
  const { event } = candidate;
  const template = messageTemplate(candidate);
  const inputs = messageInputs(candidate, template);
  const hash = hashInputs('msg', inputs);
  return {
    primary: hash,
    hashes: [hash],
    why: explain({ kind: 'msg', inputs, kept: [], skipped: [], template: template ?? event.template }),
  };
}

/** The template that names a failure without a stack; null when a status or the platform's rule names it. */
function messageTemplate({ event, signal, request }: Candidate): string | null {
  if (event.exceptions.length === 0 && (signal !== null || isBareRequest({ event, request }))) return null;
  return templateOf(event, rootCauseOf(event.exceptions)?.message ?? event.body);
}

function messageInputs(candidate: Candidate, template: string | null): unknown {
  const { event, signal, request } = candidate;
  if (event.exceptions.length > 0)
    return { types: chainOf(event.exceptions).map(({ type }) => lastNamePart(type)), template };
  if (signal !== null) return { signal: signal.type, rule: signal.rule, detail: signal.detail };
  if (template === null) return { type: `HTTP ${request?.status}`, endpoint: endpointOf(event) };
  return { type: null, template };
}

function templateOf(event: Event, message: string): string {
  if (event.template !== null) return event.template;
  return maskMessage(firstLine(message));
}

/** The first line that says something, at most 1 KiB. */
export function firstLine(text: string): string {
  const start = text.search(/\S/);
  if (start < 0) return '';
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? start + 1_024 : Math.min(end, start + 1_024)).trimEnd();
}

/** `chromadb.errors.InvalidDimensionException` → `InvalidDimensionException`. */
export function lastNamePart(type: string | null): string | null {
  if (type === null) return null;
  const plain = type.replace(/[.:\\$]+$/, '');
  return plain.slice(Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(':'), plain.lastIndexOf('\\')) + 1) || type;
}

/** A client may name its own group; `{{ default }}` inside it stands for what Guardian would have hashed. */
function withClientFingerprint(event: Event, own: Fingerprint): Fingerprint {
  const given = event.attributes['sentry.fingerprint'] ?? event.attributes['guardian.fingerprint'];
  if (!Array.isArray(given) || given.length === 0 || given.length > 20) return own;
  const parts = given.map((part) => String(part).slice(0, 256));
  if (parts.every(isDefault)) return own;
  const inputs = parts.flatMap((part) => (isDefault(part) ? [own.primary] : [part]));
  const hash = hashInputs('client', inputs);
  return { primary: hash, hashes: [hash], why: { ...own.why, kind: 'client', inputs } };
}

function isDefault(part: string): boolean {
  return /^\{\{\s*default\s*\}\}$/.test(part);
}

function explain(options: {
  kind: FingerprintExplanation['kind'];
  inputs: unknown;
  kept: readonly CleanFrame[];
  skipped: FingerprintExplanation['skipped'];
  template: string | null;
}): FingerprintExplanation {
  const { kind, inputs, kept, skipped, template } = options;
  return {
    version: 'v1',
    kind,
    inputs,
    kept: kept.map(({ text, rule }) => ({ frame: text, rule })),
    skipped,
    template,
  };
}
