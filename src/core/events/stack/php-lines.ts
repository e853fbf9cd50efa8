import type { Frame } from '../event.ts';
import { lineNumber } from './log-record.ts';

// What the lines of a PHP trace look like: zend_exceptions.c (5.0 to 8.5), and what Monolog makes of it.

const LINE_LENGTH = 16_384;

export interface PhpCall {
  /** Where the call was made; null inside the engine. */
  file: string | null;
  line: number | null;
  module: string | null;
  function: string;
}

/** `#N F(L): C->M()`, `#N [internal function]: M()`, `#N {main}`. */
export function phpCall(line: string): PhpCall | null {
  if (line.length > LINE_LENGTH) return null;
  const number = /^\s{0,8}#\d{1,6} /.exec(line);
  if (!number) return null;
  const rest = line.slice(number[0].length).trimEnd();
  if (rest === '{main}') return { file: null, line: null, module: null, function: '{main}' };
  if (rest.startsWith('[internal function]: ')) return callOf(null, null, rest.slice(21));
  const place = /^(.{1,4096}?)\((\d{1,9})\): /.exec(rest);
  const at = place && lineNumber(place[2] ?? '');
  if (!place || at === null) return null;
  return callOf(place[1] ?? null, at, rest.slice(place[0].length));
}

function callOf(file: string | null, line: number | null, call: string): PhpCall | null {
  const name = call.slice(0, endOfName(call));
  if (name === '' || name.length === call.length || /\s/.test(name.replace(ANONYMOUS, ''))) return null;
  return { file, line, ...splitPhpName(name) };
}

/** The file of an anonymous class stands in its name and may hold anything. */
const ANONYMOUS = /class@anonymous.*$/s;

/** The name ends at the parenthesis of its arguments; a closure's name (`{closure:C::M():12}`) holds some of its own. */
function endOfName(call: string): number {
  const open = call.indexOf('(');
  const brace = call.indexOf('{');
  if (brace < 0 || brace > open) return Math.max(0, open);
  const close = call.indexOf('}', brace);
  return Math.max(0, call.indexOf('(', Math.max(close, 0)));
}

/** `App\Cart->total` and `App\Cart::make` → class and method. */
function splitPhpName(name: string): { module: string | null; function: string } {
  const brace = name.indexOf('{');
  const end = brace < 0 ? name.length : brace;
  const arrow = name.lastIndexOf('->', end);
  const colons = name.lastIndexOf('::', end);
  const at = Math.max(arrow, colons);
  return at < 1 ? { module: null, function: name } : { module: name.slice(0, at), function: name.slice(at + 2) };
}

export interface PhpPlace {
  file: string;
  line: number;
}

/** `… in F:N` at the end of a line: what stands before, and the place. */
export function phpPlaceAtEnd(line: string): { before: string; place: PhpPlace } | null {
  const digits = /:(\d{1,9})$/.exec(line.slice(-12));
  const at = digits ? line.lastIndexOf(' in ', line.length - digits[0].length) : -1;
  const number = digits && lineNumber(digits[1] ?? '');
  if (!digits || at < 0 || number === null) return null;
  const file = line.slice(at + 4, line.length - digits[0].length);
  return file === '' ? null : { before: line.slice(0, at), place: { file, line: number } };
}

const CLASS = String.raw`\\?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff\\]{0,300}(?:@anonymous[^:]{0,500}?)?`;
const HEAD = new RegExp(
  String.raw`^(?:(?:.{0,300}?\s)?(?:PHP )?(?:Fatal|Recoverable fatal|Catchable fatal|Parse) error:\s{1,4})?(Uncaught |Next )?(${CLASS})(?:: (.*))?$`,
  's',
);

export interface PhpHead {
  type: string;
  message: string | null;
  /** Its words say that it is a head; else only a trace below it can. */
  isCertain: boolean;
  /** `Next`: wraps what stands before it. */
  isNext: boolean;
}

/** `[PHP Fatal error:  ][Uncaught ]T[: V]`, without a place behind it. */
export function phpHead(text: string): PhpHead | null {
  const match = HEAD.exec(text);
  const type = match?.[2];
  if (!match || !type) return null;
  const isCertain = match[1] !== undefined || /(?:Error|Exception)$/.test(type) || type.includes('\\');
  return {
    type,
    message: match[3] === undefined || match[3] === '' ? null : match[3],
    isCertain,
    isNext: match[1] === 'Next ',
  };
}

/** The head of a whole line, whose place may follow a type without a message: `Next T in F:N`. */
export function phpHeadOfLine(line: string): PhpHead | null {
  const text = line.slice(0, LINE_LENGTH).trimEnd();
  return phpHead(text) ?? phpHead(phpPlaceAtEnd(text)?.before ?? '');
}

export function isTraceMark(line: string): boolean {
  return /^\s*(?:Stack trace:|\[stacktrace\])\s*$/.test(line);
}

export function thrownIn(line: string): PhpPlace | null {
  const match = /^\s{1,8}thrown in (.{1,4096}) on line (\d{1,9})\s*$/.exec(line);
  const number = match && lineNumber(match[2] ?? '');
  return match && number !== null ? { file: match[1] ?? '', line: number } : null;
}

export function formatPhpName(frame: Frame): string {
  return frame.module === null ? (frame.function ?? '') : `${frame.module}->${frame.function ?? ''}`;
}
