import type { Frame } from '../event.ts';
import { stackFrame } from './exception-node.ts';
import { isBlank, isLevelWord, lineNumber, startsLogRecord } from './log-record.ts';

// What the lines of a Ruby backtrace look like: error.c and vm_backtrace.c of 1.9 to 3.4 (which writes 'C#m' where
// earlier ones wrote `m'), full_message, and ActionDispatch's log.

const LINE_LENGTH = 16_384;

export interface RubyHead {
  type: string;
  message: string | null;
  frame: Frame;
}

/** `F:N:in 'M'` with what stands behind it; no sign of Ruby without a `.rb`, `<internal:…>`, `(eval…)`, `-e` or `in`. */
const PLACE =
  /^((?:[A-Za-z]:(?=[\\/]))?[^\s:`'"][^:`'"]{0,1000}|<internal:[^>]{1,200}>|\(eval[^)]{0,1000}\)|-e|-):(\d{1,9})(?::in [`']([^'\n]{1,500})')?/;
const RUBY_FILE =
  /(?:\.(?:rb|erb|rake|ru|haml|slim|jbuilder|gemspec|builder)|^<internal:.*>|^\(eval.*\)|^-e|^\(irb\)|^-)$/;

/** `F:N:in 'M': V (T)`. */
export function rubyHead(line: string): RubyHead | null {
  if (line.length > LINE_LENGTH || !line.includes(':') || !line.trimEnd().endsWith(')')) return null;
  const place = PLACE.exec(line);
  const frame = place && frameOf(place);
  if (!place || !frame || !line.startsWith(': ', place[0].length)) return null;
  const text = line.slice(place[0].length + 2).trimEnd();
  const open = text.lastIndexOf('(');
  const type = text.slice(open + 1, -1);
  if (!isClassName(type) || (open > 0 && text[open - 1] !== ' ')) return null;
  const message = text.slice(0, Math.max(0, open - 1));
  return { type, message: message === type || message === '' ? null : message, frame };
}

/** `\tfrom F:N:in 'M'`, `\t 3: from …`, or the place alone, which then must name its method. */
export function rubyFrame(line: string): Frame | null {
  if (line.length > LINE_LENGTH || !line.includes(':')) return null;
  const lead = /^\s{0,16}(?:\d{1,6}: )?from /.exec(line)?.[0] ?? '';
  const text = line.slice(lead.length).trim();
  const place = PLACE.exec(text);
  if (!place || place[0].length !== text.length) return null;
  return lead === '' && place[3] === undefined ? null : frameOf(place);
}

/** ` ... 10067 levels...` of a stack that overflowed. */
export function isLevels(line: string): boolean {
  return /^\s+\.\.\. \d{1,9} levels\.\.\.\s*$/.test(line);
}

function frameOf([, file = '', digits = '', label]: RegExpExecArray): Frame | null {
  const line = lineNumber(digits);
  if (line === null || (label === undefined && !RUBY_FILE.test(file))) return null;
  return stackFrame({ file, line, ...(label === undefined ? {} : splitLabel(label)) });
}

const LABEL =
  /^((?:(?:block|rescue|ensure)(?: \(\d{1,5} levels\))? in ){0,20})((?:[A-Z]\w{0,200}::){0,20}[A-Z]\w{0,200})[#.](\S.*)$/;

/** `block in Shop::Cart#total` → `Shop::Cart`, `block in total`. */
function splitLabel(label: string): Pick<Frame, 'module' | 'function'> {
  const match = LABEL.exec(label);
  if (!match) return { module: null, function: label };
  return { module: match[2] ?? null, function: `${match[1] ?? ''}${match[3] ?? ''}` };
}

export function formatRubyLabel({ file, line, module, function: name }: Frame): string {
  const place = `${file ?? '-'}:${line ?? 0}`;
  if (name === null) return place;
  const inside = /^(?:(?:block|rescue|ensure)(?: \(\d{1,5} levels\))? in ){0,20}/.exec(name)?.[0] ?? '';
  const label = module === null ? name : `${inside}${module}#${name.slice(inside.length)}`;
  return `${place}:in '${label}'`;
}

const CLASS_NAME = /^(?:[A-Z]\w{0,200}(?:::[A-Z]\w{0,200}){0,20}|#<Class:0x[0-9a-f]{1,16}>)$/;

function isClassName(text: string): boolean {
  return CLASS_NAME.test(text) && !isLevelWord(text);
}

/** How far above the frames a line may name the error: Rails shows the template's source in between. */
const ABOVE_LINES = 30;

/** `T (V):` of Rails, `T: V`, `V (T)` above frames that stand alone. */
export function rubyHeadAbove(
  lines: readonly string[],
  firstFrame: number,
): { type: string; message: string | null; line: number } | null {
  for (let line = firstFrame - 1; line >= Math.max(0, firstFrame - ABOVE_LINES); line--) {
    const text = (lines[line] ?? '').slice(0, LINE_LENGTH).trimEnd();
    if (isBlank(text)) continue;
    const head = namedError(text);
    if (head) return { ...head, line };
    if (startsLogRecord(text) || rubyFrame(text)) break;
  }
  return null;
}

const ERROR_NAME = /(?:Error|Exception|Invalid|NotFound|Interrupt|Timeout|Failure|Failed|Exit|Missing|Denied)$/;

const RAILS_HEAD = /(?:^|\s)((?:[A-Z]\w{0,200}::){0,20}[A-Z]\w{0,200}) \((.*)\):?$/s;
const PLAIN_HEAD = /(?:^|\s)((?:[A-Z]\w{0,200}::){0,20}[A-Z]\w{0,200})(?=: )/g;

function namedError(text: string): { type: string; message: string | null } | null {
  const isClosed = text.endsWith(')') || text.endsWith('):');
  const rails = isClosed ? RAILS_HEAD.exec(text) : null;
  if (rails?.[1] && (text.endsWith(':') || ERROR_NAME.test(rails[1]))) return errorOf(rails[1], rails[2]);
  for (const plain of text.matchAll(PLAIN_HEAD)) {
    const type = plain[1] ?? '';
    const isError = (ERROR_NAME.test(type) && !isLevelWord(type)) || type.includes('::');
    if (isError) return errorOf(type, text.slice(plain.index + plain[0].length + 2));
  }
  const open = text.lastIndexOf(' (');
  const type = text.slice(open + 2, -1);
  if (!isClosed || open < 0 || !isClassName(type)) return null;
  const marker = text.indexOf(LOGGER_MARKER);
  return errorOf(type, text.slice(marker < 0 || marker > open ? 0 : marker + LOGGER_MARKER.length, open));
}

/** What Ruby's Logger prints between the program's name and the message. */
const LOGGER_MARKER = ' -- : ';

function errorOf(type: string, message: string | undefined): { type: string; message: string | null } {
  return { type, message: message === undefined || message === '' || message === type ? null : message };
}
