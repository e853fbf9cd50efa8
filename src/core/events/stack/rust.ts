import type { Exception, Frame } from '../event.ts';
import { causeChain, type ExceptionNode, exceptionNode, stackFrame, toTrace, toTree } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest } from './line-role.ts';
import { startsLogRecord } from './log-record.ts';
import {
  fileLineColumn,
  formatPlace,
  formatRustFrame,
  isRuntimeFrame,
  isUnknownFrame,
  placeFrame,
  rustFrame,
  rustPlace,
  withoutPanicking,
} from './rust-lines.ts';

/** What a panic is called, and an error that `main` returned (anyhow, eyre). */
export const RUST_TYPE = { panic: 'panic', error: 'Error' } as const;

/**
 * Rust panics with and without a backtrace, and anyhow's chain of errors. Of several panics in a text, the first one
 * counts: later threads and destructors panic because of it. Root cause: the last error below `Caused by:`.
 */
export const rust: StackLanguage = { language: 'rust', classify: classifyRust, parse: parseRust, render: renderRust };

/** Lines of a message or chain between the head and its backtrace. */
const HEAD_LINES = 200;
/** How far into a line its head may begin and end. */
const HEAD_LENGTH = 16_384;
const PANIC = /^(?:.{0,200}?[\s\]:])?thread '[^']{0,200}'(?: \(\d{1,20}\))? panicked at (.*)$/;
const ERROR = /^(?:.{0,200}?\s)?Error: (.*)$/;
const BACKTRACE = /^\s*[Ss]tack backtrace:\s*$/;
const NOTE = /^\s*note: (?:run with|Some details are omitted|[Rr]un with)/;

interface RustHead {
  line: number;
  type: string;
  /** Lines of the message, and of the chain below it. */
  text: string[];
  place: Pick<Frame, 'file' | 'line' | 'column'> | null;
  /** The line of `stack backtrace:`, or null. */
  backtrace: number | null;
  next: number;
}

function parseRust(lines: readonly string[]): ParsedTrace | null {
  const head = findHead(lines);
  const start = head ? head.backtrace : firstFrame(lines);
  if (start === null)
    return head?.place ? traceOf(lines, { head, frames: [placeFrame(head.place)], inner: [], next: head.next }) : null;
  let body = readFrames(lines, head ? start + 1 : start);
  let inner: Frame[] = [];
  // A panic over an error that has a backtrace of its own prints that one first.
  if (head?.type === RUST_TYPE.panic && BACKTRACE.test(lines[body.next] ?? '')) {
    inner = body.frames;
    body = readFrames(lines, body.next + 1);
  }
  if (body.frames.length === 0 && !head?.place) return null;
  const shown = withoutPanicking(body.frames);
  const frames = shown.length > 0 || !head?.place ? shown : [placeFrame(head.place)];
  if (head?.place) showPlace(frames, head.place);
  return traceOf(lines, { head, frames, inner, next: body.next });
}

interface RustTrace {
  head: RustHead | null;
  frames: Frame[];
  /** Of the error that a panic is about. */
  inner: Frame[];
  next: number;
}

function traceOf(lines: readonly string[], { head, frames, inner, next }: RustTrace): ParsedTrace {
  const raised = head ? chainOf(head) : exceptionNode(null, null);
  raised.frames = frames;
  if (inner.length > 0) {
    raised.cause ??= exceptionNode(RUST_TYPE.error, null);
    const root = causeChain(raised).at(-1);
    if (root) root.frames = inner;
  }
  raised.truncated = head === null;
  const toLine = NOTE.test(lines[next] ?? '') ? next : next - 1;
  const fromLine = head?.line ?? firstFrame(lines) ?? 0;
  return toTrace(raised, { language: 'rust', truncated: head === null, fromLine, toLine });
}

/** Without debug information, only the head tells where: it is the first frame that is not the library's. */
function showPlace(frames: Frame[], place: Pick<Frame, 'file' | 'line' | 'column'>): void {
  if (frames.some((frame) => frame.file !== null)) return;
  const own = frames.find((frame) => !isRuntimeFrame(frame));
  if (own) Object.assign(own, place);
}

function findHead(lines: readonly string[]): RustHead | null {
  const panic = lines.findIndex((line) => line.includes(' panicked at ') && PANIC.test(line.slice(0, HEAD_LENGTH)));
  if (panic >= 0) return readPanic(lines, panic, PANIC.exec(lines[panic] ?? '')?.[1] ?? '');
  const backtrace = lines.findIndex((line) => BACKTRACE.test(line));
  for (let index = backtrace - 1; index >= Math.max(0, backtrace - HEAD_LINES); index--) {
    const line = lines[index] ?? '';
    const error = line.includes('Error: ') && !/^\s/.test(line) ? ERROR.exec(line) : null;
    if (error) return { ...readHead(lines, index, [error[1] ?? '']), type: RUST_TYPE.error, place: null };
    if (startsLogRecord(line)) break;
  }
  return null;
}

/** Since 1.73 `F:N:C:` and the message below it; before, `'V', F:N:C`, where V may span lines. */
function readPanic(lines: readonly string[], index: number, rest: string): RustHead {
  const isOld = rest.startsWith("'");
  if (!isOld) {
    const place = fileLineColumn(rest.trimEnd().replace(/:$/, ''));
    return { ...readHead(lines, index, []), type: RUST_TYPE.panic, place };
  }
  const text = [rest.slice(1)];
  for (let next = index; next < Math.min(lines.length, index + HEAD_LINES); next++) {
    if (next > index) text.push(lines[next] ?? '');
    const last = text.at(-1) ?? '';
    const close = last.lastIndexOf("', ");
    const place = close < 0 ? null : fileLineColumn(last.slice(close + 3).trimEnd());
    if (!place) continue;
    text[text.length - 1] = last.slice(0, close);
    return { ...readHead(lines, next, []), line: index, text, type: RUST_TYPE.panic, place };
  }
  return { ...readHead(lines, index, [rest]), type: RUST_TYPE.panic, place: null };
}

/** What follows a head's line until its backtrace, its note, or another record. */
function readHead(lines: readonly string[], index: number, text: string[]): Omit<RustHead, 'type' | 'place'> {
  const isBelow = text.length === 0;
  const end = Math.min(lines.length, index + HEAD_LINES);
  let next = index + 1;
  for (; next < end; next++) {
    const line = lines[next] ?? '';
    if (BACKTRACE.test(line)) return { line: index, text, backtrace: next, next: next + 1 };
    if (NOTE.test(line) || startsLogRecord(line) || PANIC.test(line.slice(0, 1000))) break;
    text.push(line);
  }
  if (NOTE.test(lines[next] ?? '')) return { line: index, text, backtrace: null, next };
  // Nothing says where the message ends: its first line is sure.
  return { line: index, text: text.slice(0, 1), backtrace: null, next: Math.min(index + (isBelow ? 2 : 1), next) };
}

/** The message, and the errors that anyhow prints below `Caused by:`, one or numbered. */
function chainOf({ type, text }: RustHead): ExceptionNode {
  const caused = text.findIndex((line, index) => index > 0 && line.trimEnd() === 'Caused by:');
  const message = (caused < 0 ? text : text.slice(0, caused)).join('\n').trimEnd();
  const raised = exceptionNode(type, message === '' ? null : message);
  let last = raised;
  for (const cause of caused < 0 ? [] : causesOf(text.slice(caused + 1))) {
    last.cause = exceptionNode(null, cause);
    last = last.cause;
  }
  return raised;
}

function causesOf(lines: readonly string[]): string[] {
  const causes: string[][] = [];
  for (const line of lines) {
    const numbered = /^ {1,4}\d{1,4}: (.*)$/.exec(line);
    const indented = line.replace(/^ {4,7}/, '');
    if (numbered) causes.push([numbered[1] ?? '']);
    else if (causes.length === 0) causes.push([indented]);
    else causes.at(-1)?.push(indented);
  }
  return causes.map((cause) => cause.join('\n').trimEnd()).filter((cause) => cause !== '');
}

function firstFrame(lines: readonly string[]): number | null {
  const index = lines.findIndex((line, at) => rustFrame(line) !== null && rustPlace(lines[at + 1] ?? '') !== null);
  return index < 0 ? null : index;
}

function readFrames(lines: readonly string[], from: number): { frames: Frame[]; next: number } {
  const frames: Frame[] = [];
  let index = from;
  while (index < lines.length) {
    const name = rustFrame(lines[index] ?? '');
    const place = rustPlace(lines[index + 1] ?? '');
    if (!name) break;
    if (!isUnknownFrame(name)) frames.push(stackFrame({ ...name, ...place }));
    index += place ? 2 : 1;
  }
  return { frames, next: index };
}

function renderRust(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const chain = causeChain(raised);
  const causes = chain
    .slice(1)
    .filter((cause) => cause.message !== null)
    .map((cause) => (cause.message ?? '').replaceAll('\n', '\n       '));
  const listed =
    causes.length < 2
      ? causes.map((cause) => `    ${cause}`)
      : causes.map((cause, at) => `${String(at).padStart(5)}: ${cause}`);
  const below = listed.length > 0 ? ['', 'Caused by:', ...listed] : [];
  const first = raised.frames[0];
  const message = raised.message ?? '';
  if (raised.type === null) return `${raised.frames.map(formatRustFrame).join('\n')}\n`;
  if (raised.type === RUST_TYPE.error) {
    const stack = raised.frames.map(formatRustFrame);
    return `${[`Error: ${message}`, ...below, '', 'Stack backtrace:', ...stack].join('\n')}\n`;
  }
  const place = formatPlace(raised.frames.find((frame) => frame.file !== null) ?? stackFrame({}));
  const inner = chain.length > 1 ? (chain.at(-1)?.frames ?? []) : [];
  const own = inner.length === 0 ? [] : ['', 'Stack backtrace:', ...inner.map(formatRustFrame)];
  const head = [`thread 'main' panicked at ${place}:`, message, ...below, ...own];
  const isPlaceOnly = raised.frames.length === 1 && first?.function === null;
  const hint = 'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace';
  if (isPlaceOnly) return `${[...head, hint].join('\n')}\n`;
  const runtime = ['rust_begin_unwind', 'panic_fmt'].map((name, index) =>
    formatRustFrame(stackFrame({ module: index === 0 ? null : 'core::panicking', function: name }), index),
  );
  const frames = raised.frames.map((frame, index) => formatRustFrame(frame, index + runtime.length));
  const details = 'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.';
  return `${[...head, 'stack backtrace:', ...runtime, ...frames, details].join('\n')}\n`;
}

function classifyRust(line: string, previous: LineRole | null): LineRole | null {
  const start = line.slice(0, 1000);
  if (PANIC.test(start)) return 'start';
  const isInHead = previous === 'start' || previous === 'continuation';
  const frame = rustFrame(start);
  if (frame && (previous === null || isInHead) && !frame.module) return isInHead ? 'continuation' : null;
  if (frame) return previous === null && !/^ {0,4}\d/.test(start) ? null : 'frame';
  return roleOfWords(line, start, previous);
}

/** The role of a line that is no frame; `start` is how it begins. */
function roleOfWords(line: string, start: string, previous: LineRole | null): LineRole | null {
  if (previous === null) return BACKTRACE.test(start) ? 'start' : null;
  if (previous === 'frame' && rustPlace(line)) return 'code';
  // The error's own backtrace ended, the panic's begins.
  const isInHead = previous === 'start' || previous === 'continuation';
  if (BACKTRACE.test(start) && !isInHead) return 'link';
  if (NOTE.test(start)) return 'end';
  return roleOfRest(line, isInHead);
}
