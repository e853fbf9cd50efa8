import type { Frame } from '../event.ts';
import { stackFrame } from './exception-node.ts';
import { indentOf, isBlank, lineNumber } from './log-record.ts';

// What the lines of a .NET trace look like: Exception.ToString and Environment.StackTrace of .NET Framework 4 to .NET 10,
// whose words follow the language of the system (English, French, German, Spanish, Italian).

const LINE_LENGTH = 16_384;
const AT = /^\s{1,40}(?:at|à|bei|en|in) (?=\S)/;
const PLACE = /^(.{1,4096}):(?:line|ligne|Zeile|línea|riga) (\d{1,9})$/;
const PLACE_WORDS = [' in ', ' dans ', ' en '];
/** Arguments as the JVM and V8 print places: theirs are other languages' frames. */
const FOREIGN_ARGUMENTS =
  /^(?:[^\s()]{1,500}\.(?:java|kt|kts|scala|groovy|clj)(?::\d{1,9})?|Native Method|Unknown Source|.*:\d{1,9}:\d{1,9})$/;

/** `   at C.M[T](A a)[ in F:line N]`. */
export function dotnetFrame(line: string): Frame | null {
  const lead = line.length > LINE_LENGTH ? null : AT.exec(line)?.[0];
  if (!lead) return null;
  const text = line.slice(lead.length).trimEnd();
  const open = text.indexOf('(');
  const name = text.slice(0, open);
  if (open < 3 || !/^[^\s:/]+$/.test(name.replace(/\[[^\]]*\]/g, '')) || name.lastIndexOf('.') < 1) return null;
  const close = closing(text, open);
  if (close < 0 || FOREIGN_ARGUMENTS.test(text.slice(open + 1, close))) return null;
  const rest = text.slice(close + 1);
  const place = rest === '' ? {} : placeOf(rest);
  return place && stackFrame({ ...place, ...splitDotnetName(name) });
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')' && --depth === 0) return index;
  }
  return -1;
}

/** ` in F:line N`; without symbols, offsets (` in <0123…>:0`, ` [0x00012]`) that say nothing. */
function placeOf(rest: string): Partial<Frame> | null {
  const word = PLACE_WORDS.find((start) => rest.startsWith(start));
  const match = word === undefined ? null : PLACE.exec(rest.slice(word.length));
  const line = match ? lineNumber(match[2] ?? '') : null;
  if (match && line !== null) return { file: match[1] ?? null, line };
  return / in <|^ \[0x|^ ?\+ ?0x/.test(rest.slice(0, 40)) ? {} : null;
}

/** An async method runs in a class of its own: `C.<M>d__5.MoveNext` → `C`, `M`. Type arguments are no part of a name. */
function splitDotnetName(written: string): { module: string; function: string } {
  const moved = /^(.+)\.<(\w[\w.|]{0,300})>d(?:__\d{1,6})?(?:`\d{1,3})?\.MoveNext$/.exec(written);
  if (moved) return { module: moved[1] ?? '', function: moved[2] ?? '' };
  const bracket = written.indexOf('[');
  const dot = written.lastIndexOf('.', bracket < 0 ? written.length : bracket);
  // Constructors are called `.ctor` and `.cctor`.
  const split = written[dot - 1] === '.' ? dot - 1 : dot;
  return { module: written.slice(0, split), function: written.slice(split + 1) };
}

/** `   --- End of inner exception stack trace ---`, in whatever language: dashes around words. */
export function isInnerEnd(line: string): boolean {
  return /^\s{0,40}--- .{0,80}(?:inner exception|exception interne|inneren Ausnahme|excepción interna|eccezioni interne).{0,40} ---\s*$/i.test(
    line,
  );
}

/** `--- End of stack trace from previous location[ where exception was thrown] ---`. */
export function isRethrow(line: string): boolean {
  return /^\s{0,40}---? .{3,120} ---?\s*$/.test(line) && !isInnerEnd(line);
}

export interface DotnetHead {
  type: string;
  message: string | null;
  /** What follows ` ---> ` on the same line (.NET Framework). */
  inner: string | null;
}

const UNHANDLED =
  /^(?:.{0,200}?\s)?(?:Unhandled [Ee]xception[.:]|Exception non gérée\s?:|Unbehandelte Ausnahme:) (?=\S)/;
const TYPE =
  /^([A-Za-z_]\w{0,200}(?:[.+][A-Za-z_]\w{0,200}){0,30}(?:`\d{1,3})?(?:\[.{0,500}?\])?)(?: \(0x[0-9A-Fa-f]{8}\))?(?:: (.*)|:?)$/s;

/** `[Unhandled exception. ]T[: V]`; a type has a namespace or is called an exception. */
export function dotnetHead(line: string): DotnetHead | null {
  if (line.length > LINE_LENGTH) return null;
  const start = line.slice(indentOf(line)).trimEnd();
  const text = start.slice(UNHANDLED.exec(start.slice(0, 400))?.[0].length ?? 0);
  const arrow = text.indexOf(' ---> ');
  const match = TYPE.exec(arrow < 0 ? text : text.slice(0, arrow));
  const type = match?.[1];
  if (!match || !type || !/(?:Exception|Error|Fault|Failure)(?:`\d{1,3})?(?:\[.{0,500}\])?$/.test(type)) return null;
  return { type, message: match[2] || null, inner: arrow < 0 ? null : text.slice(arrow + 6) };
}

/** ` ---> T: V`, ` ---> (Inner Exception #1) T: V`. */
export function innerHead(line: string): { text: string; number: number | null } | null {
  const match =
    /^\s{0,40}---> (?:\((?:Inner Exception|Exception interne|Innere Ausnahme) #(\d{1,6})\) ?)?(\S.*)$/s.exec(line);
  return match ? { text: match[2] ?? '', number: match[1] === undefined ? null : Number(match[1]) } : null;
}

export function isMemberEnd(line: string): boolean {
  return line.trimEnd().endsWith('<---') && !isBlank(line);
}

export function formatDotnetFrame(frame: Frame): string {
  const place = frame.file === null ? '' : ` in ${frame.file}:line ${frame.line ?? 0}`;
  return `   at ${frame.module ?? ''}.${frame.function ?? ''}()${place}`;
}
