import type { Frame } from '../event.ts';
import { stackFrame } from './exception-node.ts';
import { indentOf, lineNumber } from './log-record.ts';

// What the lines of a JVM trace look like: Throwable.printStackTrace of JDK 8 to 25, and how logback and log4j
// print the same (packaging data, common frames, root cause first).

/** Class and method names are bounded by the class file format at 65,535 bytes; real frame lines stay under 1,000. */
const FRAME_LENGTH = 8192;

/** `at [loader/][module[@v]/]C.M(F:N|Native Method|Unknown Source)[ ~[jar]]`; null for any other line. */
export function parseJavaFrame(line: string): Frame | null {
  if (line.length > FRAME_LENGTH) return null;
  const indent = indentOf(line);
  if (!line.startsWith('at ', indent)) return null;
  const text = withoutSuffix(line.slice(indent + 3).trimEnd());
  const open = text.endsWith(')') ? text.lastIndexOf('(') : -1;
  if (open < 1 || text[open - 1] === ' ') return null;
  const place = parsePlace(text.slice(open + 1, -1));
  const name = withoutLoader(text.slice(0, open));
  const dot = name.lastIndexOf('.');
  if (!place || dot < 1 || dot === name.length - 1) return null;
  return stackFrame({ ...place, module: name.slice(0, dot), function: name.slice(dot + 1) });
}

/** ` ~[jar:version]`, ` [classes/:na]`, ` [3 skipped]`: what loggers put behind a frame. */
function withoutSuffix(text: string): string {
  let rest = text;
  for (let left = 3; left > 0 && rest.endsWith(']'); left--) {
    const open = rest.lastIndexOf('[');
    const cut = rest[open - 1] === '~' ? open - 1 : open;
    if (open < 1 || rest[cut - 1] !== ' ') break;
    rest = rest.slice(0, cut - 1);
  }
  return rest;
}

/** Class loader and module end in `/`; the number of a hidden class (`Foo$$Lambda/0x0000`) begins with one. */
function withoutLoader(name: string): string {
  const start = Math.max(0, name.length - 2000);
  for (let slash = name.lastIndexOf('/'); slash >= start; slash = name.lastIndexOf('/', slash - 1)) {
    if (!/[0-9]/.test(name[slash + 1] ?? '')) return name.slice(slash + 1);
    if (slash === 0) break;
  }
  return name;
}

const SOURCE_FILE = /^[^\s:()]{1,500}$/;

function parsePlace(text: string): Partial<Frame> | null {
  if (text === 'Native Method' || text === 'Unknown Source' || /^<[\w ]{1,40}>$/.test(text)) return {};
  const colon = text.lastIndexOf(':');
  if (colon < 0)
    return /^(?:[^\s:()]{1,500}\.[A-Za-z]{1,10}|SourceFile|\S*SyntheticClass)$/.test(text) ? { file: text } : null;
  const line = lineNumber(text.slice(colon + 1));
  const file = text.slice(0, colon);
  if (line === null) return null;
  if (file === 'Unknown Source') return { line };
  return SOURCE_FILE.test(file) ? { file, line } : null;
}

export function formatJavaFrame(frame: Frame): string {
  const name = frame.module === null ? `${frame.function}` : `${frame.module}.${frame.function}`;
  const line = frame.line === null ? '' : `:${frame.line}`;
  return `at ${name}(${frame.file ?? 'Unknown Source'}${line})`;
}

/** `... N more`, `... N common frames omitted`: frames that the enclosing trace has too. */
export function commonFrames(line: string): number | null {
  const match = /^\s*\.\.\. (\d{1,9}) (?:more|common frames omitted)\s*$/.exec(line);
  return match ? Number(match[1]) : null;
}

/** Frames that a logger dropped for good: `... 12 frames truncated`, `... suppressed 27 lines`. */
export function isLostFrames(line: string): boolean {
  return /^\s*\.\.\. (?:\d{1,9} frames? (?:truncated|excluded|omitted)|suppressed \d{1,9} lines?)/.test(line);
}

export interface JavaCaption {
  kind: 'caused' | 'suppressed' | 'wrapped';
  indent: number;
  /** What follows the colon. */
  text: string;
}

export function javaCaption(line: string): JavaCaption | null {
  const indent = indentOf(line);
  const match = /^(Caused by|Suppressed|Wrapped by): ?/.exec(line.slice(indent, indent + 14));
  if (!match) return null;
  const kind = match[1] === 'Suppressed' ? 'suppressed' : match[1] === 'Caused by' ? 'caused' : 'wrapped';
  return { kind, indent, text: line.slice(indent + match[0].length) };
}

export function isCircular(text: string): boolean {
  return /^\s*\[CIRCULAR REFERENCE: ?/.test(text);
}

export interface JavaHead {
  type: string | null;
  message: string | null;
}

const NAME = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const CAPTIONED = new RegExp(`^(${NAME}(?:[.-]${NAME})*)(?:: ?(.*))?$`, 'su');
const THREAD = /^Exception in thread "[^"]{0,500}" /;
const THROWABLE = /(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Death)$/;

/** The exception after a caption, where anything may stand: without a class name all of it is the message. */
export function captionedHead(text: string): JavaHead {
  const match = CAPTIONED.exec(text);
  if (!match?.[1]) return { type: null, message: text };
  return { type: match[1], message: match[2] ?? null };
}

/**
 * `[Exception in thread "X" ]T: V` from the start of the line. Certain: the thread is named, or the class name says
 * that it is a throwable. Likely: at least a qualified class name.
 */
export function javaHead(line: string): (JavaHead & { isCertain: boolean }) | null {
  const prefix = THREAD.exec(line)?.[0] ?? '';
  const head = captionedHead(line.slice(prefix.length));
  if (head.type === null) return null;
  const isThrowable = THROWABLE.test(head.type) && /(?:^|[.$])\p{Lu}/u.test(head.type);
  if (prefix !== '' || isThrowable) return { ...head, isCertain: true };
  return head.type.includes('.') ? { ...head, isCertain: false } : null;
}

/** An exception named inside a line that begins with something else (`12:00 ERROR c.a.B - failed: a.b.CException: V`). */
export function javaHeadInside(line: string): JavaHead | null {
  const pattern = /(?:^|[\s"(:\]])((?:[a-z_][\w$]*\.){1,30}[A-Z_$][\w$]*)(?=:\s|:?$)/g;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    const type = match[1] ?? '';
    if (!THROWABLE.test(type)) continue;
    const rest = line.slice(match.index + match[0].length);
    return { type, message: rest === '' ? null : rest.replace(/^:\s?/, '') };
  }
  return null;
}
