import { cutText, DEFAULT_TEXT_BOUNDS } from './bounds.ts';
import type { JsonObject } from './field.ts';
import { readAccess } from './format-access.ts';
import { readDated } from './format-dated.ts';
import { readJson } from './format-json.ts';
import { readKlog } from './format-klog.ts';
import { readLogfmt } from './format-logfmt.ts';
import { readNginxError } from './format-nginx-error.ts';
import { readSyslog } from './format-syslog.ts';
import { type LineContext, lineContext } from './line-context.ts';
import { readMessage } from './message.ts';
import { emptyLine, type LineFormat, type ParsedLine, type ParseLineOptions } from './parsed-line.ts';
import { type Unwrapped, unwrap } from './wrapper.ts';

export { LINE_FORMATS, type LineFormat, type ParsedLine, type ParseLineOptions } from './parsed-line.ts';

type ReadLine = (line: string, context: LineContext, record: JsonObject | null) => ParsedLine | null;

/** The order in which formats are tried: the strictest first, for each takes what the later ones would misread. */
const READERS: readonly (readonly [LineFormat, ReadLine])[] = [
  ['json', (line, context, record) => readJson(line, record, context)],
  ['klog', readKlog],
  ['nginx-error', readNginxError],
  ['syslog', readSyslog],
  ['access', readAccess],
  ['logfmt', readLogfmt],
  ['dated', readDated],
];

/** ANSI control sequences (colours, cursor) and operating-system commands (window title), ECMA-48. */
const ANSI = /\u001b(?:\[[0-9:;<=>?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\\]^_])/g;

/**
 * Reads one record of text: what it says, whatever its format. Linear in the length of the line, and never throws on a line; throws RangeError when
 * `timeZone` names no zone. The record may hold line breaks (a whole text payload): time, level and logger are read from its beginning.
 */
export function parseLine(line: string, options: ParseLineOptions = {}): ParsedLine {
  const context = lineContext(options);
  return parseUnwrapped(unwrap(withoutEscapes(line), context), context);
}

/** The text without ANSI escapes and NUL characters. */
export function withoutEscapes(line: string): string {
  const plain = line.includes('\u001b') ? line.replace(ANSI, '') : line;
  return plain.includes('\0') ? plain.replaceAll('\0', '') : plain;
}

/** The same for a record whose wrapper was already taken off; readers that join partial records call it. */
export function parseUnwrapped(unwrapped: Unwrapped, context: LineContext): ParsedLine {
  const text = unwrapped.wrapper === null ? unwrapped.text : withoutEscapes(unwrapped.text);
  const record = unwrapped.wrapper !== null && text.startsWith('{') ? unwrap(text, context).record : unwrapped.record;
  const parsed = parseBare(text, record, context);
  if (unwrapped.wrapper !== null) applyWrapper(parsed, unwrapped);
  return bounded(parsed);
}

function parseBare(text: string, record: JsonObject | null, context: LineContext): ParsedLine {
  const parsed = firstReading(text, record, context) ?? emptyLine('plain', text);
  // Syslog carries any program's own lines.
  if (parsed.format === 'syslog' && context.format === null) {
    const own = parsed.body.startsWith('{') ? unwrap(parsed.body, context).record : null;
    const inner = firstReading(parsed.body, own, context);
    if (inner?.hasOwnPrefix && inner.format !== 'syslog' && !inner.isBroken)
      return readMessage(within(parsed, inner), context);
  }
  return readMessage(parsed, context);
}

function firstReading(text: string, record: JsonObject | null, context: LineContext): ParsedLine | null {
  for (const [format, read] of READERS) {
    if (context.format !== null && context.format !== format) continue;
    const parsed = read(text, context, record);
    if (parsed) return parsed;
  }
  return null;
}

/** The inner record's words with the outer one's time and origin, which are never less exact. */
function within(outer: ParsedLine, inner: ParsedLine): ParsedLine {
  return {
    ...inner,
    format: outer.format,
    time: outer.time ?? inner.time,
    severityNumber: inner.severityNumber || outer.severityNumber,
    severityText: inner.severityText ?? outer.severityText,
    service: inner.service ?? outer.service,
    instance: outer.instance ?? inner.instance,
    attributes: { ...outer.attributes, ...inner.attributes },
  };
}

function applyWrapper(parsed: ParsedLine, outer: Unwrapped): void {
  parsed.wrapper = outer.wrapper;
  parsed.time = outer.time ?? parsed.time;
  parsed.stream = outer.stream;
  parsed.isPartial = outer.isPartial;
  parsed.severityNumber ||= outer.severityNumber;
  parsed.service ??= outer.service;
  parsed.instance ??= outer.instance;
  parsed.id ??= outer.id;
  if (outer.attributes !== null) parsed.attributes = { ...outer.attributes, ...parsed.attributes };
}

function bounded(parsed: ParsedLine): ParsedLine {
  const body = cutText(parsed.body, DEFAULT_TEXT_BOUNDS.bodyBytes);
  const stackText = parsed.stackText === null ? null : cutText(parsed.stackText, DEFAULT_TEXT_BOUNDS.bodyBytes);
  if (body.length < parsed.body.length || (stackText?.length ?? 0) < (parsed.stackText?.length ?? 0))
    parsed.truncated = true;
  parsed.body = body;
  parsed.stackText = stackText;
  return parsed;
}
