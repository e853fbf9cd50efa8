import type { Event } from './event.ts';

/** What one event may hold (PROTOCOLS, common to all sources); reaching a bound cuts, marks and counts. */
export interface EventBounds {
  /** Characters of a body or a stack's text. */
  bodyLength: number;
  /** Characters of one attribute's value. */
  valueLength: number;
  /** Names in one object, items in one list. */
  attributes: number;
  /** Levels of nesting. */
  depth: number;
  exceptions: number;
  /** Frames of one exception; the crash end is kept. */
  frames: number;
  /** The newest are kept. */
  breadcrumbs: number;
  /** Levels of nesting of the whole record. */
  payloadDepth: number;
}

/** Each bound with its reason. */
export const DEFAULT_EVENT_BOUNDS: EventBounds = {
  /** 256 KiB: as much as Cloud Logging lets one entry hold. */
  bodyLength: 262_144,
  /** 8 KiB: longer values are documents, and an index would refuse them. */
  valueLength: 8_192,
  /** 128 names, OpenTelemetry's own default limit for attributes. */
  attributes: 128,
  /** Levels; deeper structures are not read by people. */
  depth: 8,
  /** The deepest chains seen in practice have about 12. */
  exceptions: 50,
  /** A framework's longest path has about 120; what lies deeper is recursion. */
  frames: 250,
  /** As Sentry's SDKs send by default. */
  breadcrumbs: 100,
  /** The record is shown whole: deeper than attributes, still bounded. */
  payloadDepth: 32,
};

/** How often each bound was reached. */
export interface BoundCounts {
  cutBodies: number;
  cutValues: number;
  cutAttributes: number;
  cutDepth: number;
  cutExceptions: number;
  cutBreadcrumbs: number;
}

export function emptyBoundCounts(): BoundCounts {
  return { cutBodies: 0, cutValues: 0, cutAttributes: 0, cutDepth: 0, cutExceptions: 0, cutBreadcrumbs: 0 };
}

/** ECMA-48: CSI, OSC and the other strings up to their terminator (bounded), two-character escapes. */
const ANSI =
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c\n]{0,2048}(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]{0,8}[0-~]/g;
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

/** Text without ANSI escapes, NUL and other control characters; every line end is `\n`. */
export function cleanText(text: string): string {
  if (!hasControls(text)) return text;
  return text.replace(ANSI, '').replace(/\r\n?/g, '\n').replace(CONTROL, '');
}

/** A loop: twice as fast here as the same class in a regular expression. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 ? code !== 10 && code !== 9 : code >= 127 && code < 160) return true;
  }
  return false;
}

/** Cut at the end of a word, so that no half secret is left that redaction does not know. */
function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const mark = '… [cut]';
  let end = Math.max(0, length - mark.length);
  for (let steps = 0; steps < 512 && end > 0 && isWordCharacter(text.charCodeAt(end - 1)); steps++) end--;
  return text.slice(0, end) + mark;
}

function isWordCharacter(code: number): boolean {
  return code > 32 && code !== 34 && code !== 44 && code !== 123 && code !== 125;
}

/** The event, its body clean already, within its bounds and with clean text: a new object, sharing what needed no change. `counts` is added to. */
export function boundEvent(event: Event, bounds: EventBounds, counts: BoundCounts): Event {
  const cut: Cut = { isCut: false, counts };
  const attributes = boundStructure(event.attributes, { bounds, cut }, bounds.depth) as Event['attributes'];
  const breadcrumbs = boundBreadcrumbs(event, bounds, cut);
  const exceptions = boundExceptions(event, bounds, cut);
  const body = boundClean(event.body, bounds.bodyLength, cut);
  const stackText = event.stackText === null ? null : boundText(event.stackText, bounds.bodyLength, cut);
  const payload =
    event.payload === null
      ? null
      : (boundStructure(
          event.payload,
          { bounds, cut: { isCut: false, counts } },
          bounds.payloadDepth,
        ) as Event['payload']);
  return {
    ...event,
    body: body.trim() === '' ? firstLine(stackText) : body,
    template: event.template === null ? null : boundText(event.template, bounds.valueLength, cut),
    stackText: stackText === '' ? null : stackText,
    exceptions,
    breadcrumbs,
    attributes,
    payload,
    truncated: event.truncated || cut.isCut,
  };
}

/** A body is never empty. */
function firstLine(stackText: string | null): string {
  return stackText?.split('\n').find((line) => line.trim() !== '') ?? '-';
}

interface Cut {
  isCut: boolean;
  counts: BoundCounts;
}

function boundText(text: string, length: number, cut: Cut): string {
  return boundClean(cleanText(text), length, cut);
}

function boundClean(clean: string, length: number, cut: Cut): string {
  if (clean.length <= length) return clean;
  cut.isCut = true;
  cut.counts.cutBodies++;
  return cutText(clean, length);
}

interface StructureBounds {
  bounds: EventBounds;
  cut: Cut;
}

/** Copies only what must change. `depth`: levels that may still be opened. */
function boundStructure(value: unknown, limit: StructureBounds, depth: number): unknown {
  if (typeof value === 'string') return boundValue(value, limit);
  if (value === null || typeof value !== 'object') return value;
  if (depth === 0) {
    limit.cut.isCut = true;
    limit.cut.counts.cutDepth++;
    return '[cut: too deep]';
  }
  if (Array.isArray(value)) return boundArray(value, limit, depth - 1);
  return boundObject(value as Record<string, unknown>, limit, depth - 1);
}

function boundValue(value: string, { bounds, cut }: StructureBounds): string {
  const clean = cleanText(value);
  if (clean.length <= bounds.valueLength) return clean;
  cut.isCut = true;
  cut.counts.cutValues++;
  return cutText(clean, bounds.valueLength);
}

function boundArray(values: unknown[], limit: StructureBounds, depth: number): unknown[] {
  const kept = values.length > limit.bounds.attributes ? values.slice(0, limit.bounds.attributes) : values;
  if (kept !== values) noteCutAttributes(limit.cut);
  let copy: unknown[] | null = kept === values ? null : kept;
  for (let index = 0; index < kept.length; index++) {
    const bounded = boundStructure(kept[index], limit, depth);
    if (bounded === kept[index]) continue;
    copy ??= [...kept];
    copy[index] = bounded;
  }
  return copy ?? values;
}

const LONGEST_NAME = 256;

function boundObject(value: Record<string, unknown>, limit: StructureBounds, depth: number): Record<string, unknown> {
  const names = Object.keys(value);
  const kept = names.length > limit.bounds.attributes ? names.slice(0, limit.bounds.attributes) : names;
  if (kept !== names) noteCutAttributes(limit.cut);
  let changed: [string, unknown][] | null = kept === names ? null : [];
  for (let index = 0; index < kept.length; index++) {
    const name = kept[index]!;
    const boundedName = cutText(cleanText(name), LONGEST_NAME);
    const bounded = boundStructure(value[name], limit, depth);
    if (boundedName !== name || bounded !== value[name])
      changed ??= kept.slice(0, index).map((before): [string, unknown] => [before, value[before]]);
    changed?.push([boundedName, bounded]);
  }
  return changed === null ? value : Object.fromEntries(changed);
}

function noteCutAttributes(cut: Cut): void {
  cut.isCut = true;
  cut.counts.cutAttributes++;
}

function boundBreadcrumbs({ breadcrumbs }: Event, bounds: EventBounds, cut: Cut): Event['breadcrumbs'] {
  if (breadcrumbs.length === 0) return breadcrumbs;
  if (breadcrumbs.length > bounds.breadcrumbs) {
    cut.isCut = true;
    cut.counts.cutBreadcrumbs++;
  }
  return breadcrumbs
    .slice(-bounds.breadcrumbs)
    .map((crumb) => ({ ...crumb, message: cutText(cleanText(crumb.message), bounds.valueLength) }));
}

function boundExceptions({ exceptions }: Event, bounds: EventBounds, cut: Cut): Event['exceptions'] {
  if (exceptions.length === 0) return exceptions;
  const isCut = exceptions.length > bounds.exceptions || exceptions.some(({ frames }) => frames.length > bounds.frames);
  if (isCut) {
    cut.isCut = true;
    cut.counts.cutExceptions++;
  }
  return exceptions.slice(0, bounds.exceptions).map((exception) => ({
    ...exception,
    message: exception.message === null ? null : cutText(cleanText(exception.message), bounds.bodyLength),
    frames: exception.frames.slice(0, bounds.frames),
  }));
}
