import type { Exception, Frame } from '../event.ts';
import { exceptionNode, stackFrame, toTrace, toTree } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest } from './line-role.ts';
import { isBlank, lineNumber, startsLogRecord } from './log-record.ts';

/**
 * Swift: the runtime's `Fatal error` and what its backtracer prints (stdlib/public/libexec/swift-backtrace, 5.9 on).
 * Only the thread that crashed counts. A system frame has `inApp` false: the backtracer itself says so.
 */
export const swift: StackLanguage = {
  language: 'swift',
  classify: classifySwift,
  parse: parseSwift,
  render: renderSwift,
};

const LINE_LENGTH = 8192;
/** Lines between the message and the thread that crashed. */
const HEAD_LINES = 50;
const FATAL =
  /^(?:.{0,300}?\s)?(\S[^\s:]{0,1000}):(\d{1,9}): (Fatal error|Precondition failed|Assertion failed)(?:: (.*))?$/s;
const OLD_FATAL =
  /^(?:.{0,300}?\s)?(Fatal error|Precondition failed|Assertion failed): (.*): file (\S{1,1000}), line (\d{1,9})\s*$/s;
const CRASHED = /^\*\*\* (?:Program|Thread \d{1,6}) crashed: (.{1,500}?) \*\*\*\s*$/;
const THREAD = /^Thread \d{1,6}(?: "[^"]{0,200}")? crashed:\s*$/;
const OTHER_THREAD = /^Thread \d{1,6}(?: "[^"]{0,200}")?:\s*$/;
const FRAME = /^\s{0,8}(\d{1,6})((?: \[[a-z]{1,12}\]){0,4})\s{1,40}(?:(?:\.\.\.|0x[0-9a-f]{1,16}) )?(\S.*)$/;

function swiftFrame(line: string): Frame | null {
  if (line.length > LINE_LENGTH) return null;
  const match = FRAME.exec(line.trimEnd());
  const isMarked =
    / \[(?:ra|inlined|system|async|thunk)\]/.test(match?.[2] ?? '') || /\s0x[0-9a-f]{4,16} /.test(line.slice(0, 60));
  if (!match || !isMarked) return null;
  let text = match[3] ?? '';
  const at = text.lastIndexOf(' at ');
  const place = at < 0 ? null : placeOf(text.slice(at + 4));
  if (place) text = text.slice(0, at);
  const image = text.lastIndexOf(' in ');
  const name = (image < 0 ? text : text.slice(0, image)).replace(/ \+ \d{1,12}$/, '');
  const isSystem = (match[2] ?? '').includes('[system]');
  return stackFrame({
    ...place,
    function: name === '' ? null : name,
    module: image < 0 ? null : text.slice(image + 4),
    inApp: isSystem ? false : null,
  });
}

function placeOf(text: string): Pick<Frame, 'file' | 'line' | 'column'> | null {
  const match = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(text.slice(-20));
  const file = match ? text.slice(0, text.length - match[0].length) : '';
  const line = lineNumber(match?.[1] ?? '');
  return file === '' || line === null ? null : { file, line, column: lineNumber(match?.[2] ?? '') };
}

interface SwiftHead {
  type: string;
  message: string | null;
  place: Pick<Frame, 'file' | 'line'> | null;
  line: number;
  /** The last line of its message. */
  end: number;
}

function parseSwift(lines: readonly string[]): ParsedTrace | null {
  const thread = lines.findIndex((line) => THREAD.test(line.slice(0, 400)));
  const head = readHead(lines, thread < 0 ? lines.length : thread);
  const body = thread < 0 ? { frames: [], next: head ? head.end + 1 : 0 } : readFrames(lines, thread + 1);
  const frames = body.frames.length === 0 && head?.place ? [stackFrame(head.place)] : body.frames;
  if (frames.length === 0) return null;
  const node = exceptionNode(head?.type ?? null, head?.message ?? null, frames);
  node.truncated = head === null;
  const fromLine = head?.line ?? thread;
  const toLine = Math.max(fromLine, body.next - 1);
  return toTrace(node, { language: 'swift', truncated: head === null, fromLine, toLine });
}

/** The runtime's message; where there is none, the signal that the backtracer names. */
function readHead(lines: readonly string[], end: number): SwiftHead | null {
  let crashed: SwiftHead | null = null;
  const isDump = end < lines.length;
  for (let line = end - 1; line >= (isDump ? Math.max(0, end - HEAD_LINES) : 0); line--) {
    const text = (lines[line] ?? '').slice(0, LINE_LENGTH);
    const fatal = fatalOf(text);
    if (fatal) return { ...fatal, line, ...(isDump ? withMore(lines, line, end, fatal.message) : { end: line }) };
    const crash = CRASHED.exec(text);
    if (crash && isDump) crashed = { type: 'Program crashed', message: crash[1] ?? null, place: null, line, end: line };
  }
  return crashed;
}

/** A message may span lines, up to the blank one above the backtracer's first. */
function withMore(
  lines: readonly string[],
  from: number,
  end: number,
  first: string | null,
): Pick<SwiftHead, 'message' | 'end'> {
  let last = from;
  while (last + 1 < end && !isBlank(lines[last + 1] ?? '') && !(lines[last + 1] ?? '').startsWith('*** ')) last++;
  const more = lines.slice(from + 1, last + 1);
  return { message: more.length === 0 ? first : [first ?? '', ...more].join('\n'), end: last };
}

function fatalOf(text: string): Omit<SwiftHead, 'line' | 'end'> | null {
  if (!/Fatal error|Precondition failed|Assertion failed/.test(text)) return null;
  const old = OLD_FATAL.exec(text);
  if (old?.[1]) return { type: old[1], message: old[2] || null, place: { file: old[3] ?? '', line: Number(old[4]) } };
  const match = FATAL.exec(text);
  if (!match?.[3]) return null;
  return { type: match[3], message: match[4] || null, place: { file: match[1] ?? '', line: Number(match[2]) } };
}

/** Below each frame the backtracer may show its source, until the next thread, the registers or the images. */
function readFrames(lines: readonly string[], from: number): { frames: Frame[]; next: number } {
  const frames: Frame[] = [];
  let last = from - 1;
  for (let index = from; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (OTHER_THREAD.test(line) || startsLogRecord(line) || /^(?:Registers:|Images |Backtrace took )/.test(line)) break;
    const frame = swiftFrame(line);
    if (frame) frames.push(frame);
    if (frame || isSource(line)) last = index;
    else if (!isBlank(line)) break;
  }
  return { frames, next: last + 1 };
}

function isSource(line: string): boolean {
  return /^\s{1,12}(?:\d{1,8}\s?)?[│|]/.test(line);
}

function renderSwift(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const { type, message, frames } = raised;
  const first = frames[0];
  const text = message === null ? '' : `: ${message}`;
  const isSignal = type === 'Program crashed';
  const head = `${first?.file ?? '<unknown>'}:${first?.line ?? 0}: ${type}${text}`;
  const shown = type === null || isSignal ? [] : [head, ''];
  if (frames.length === 1 && first?.function === null && first.module === null) return `${shown.join('\n')}\n`;
  const signal = `*** Program crashed: ${isSignal ? (message ?? '') : 'Illegal instruction at 0x0000000000000000'} ***`;
  const body = frames.map(formatFrame);
  const dump = type === null ? [] : [signal, ''];
  return `${[...shown, ...dump, 'Thread 0 crashed:', '', ...body].join('\n')}\n`;
}

function formatFrame(frame: Frame, index: number): string {
  const system = frame.inApp === false ? ' [system]' : '';
  const image = frame.module === null ? '' : ` in ${frame.module}`;
  const place =
    frame.file === null
      ? ''
      : ` at ${[frame.file, frame.line ?? 0, frame.column].filter((part) => part !== null).join(':')}`;
  return `${index} [ra]${system} 0x0000000000000000 ${frame.function ?? ''} + 0${image}${place}`;
}

/** What the backtracer prints behind the crashed thread: it belongs to the same dump. */
const REST_OF_DUMP =
  /^(?:\.\.\.$|Thread \d{1,6}\b|Registers:|[a-z]\w{1,5} 0x[0-9a-f]{8,16}\b|Images \(|0x[0-9a-f]{8,16}[–-]0x|Backtrace took )/;

const OF_DUMP_HEAD = /^(?:\*\*\* |(?:Platform|Thread|Crash)\b)/;

function classifySwift(line: string, previous: LineRole | null): LineRole | null {
  const start = line.slice(0, LINE_LENGTH);
  if (fatalOf(start) || CRASHED.test(start) || THREAD.test(start)) return previous === null ? 'start' : 'continuation';
  if (previous === null) return null;
  if (swiftFrame(line)) return 'frame';
  const isInHead = previous === 'start' || previous === 'continuation';
  if (isBlank(line)) return roleOfRest(line, isInHead);
  if (isSource(line) || (!isInHead && REST_OF_DUMP.test(start))) return 'code';
  return OF_DUMP_HEAD.test(line) ? roleOfRest(line, isInHead) : null;
}
