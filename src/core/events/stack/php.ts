import type { Exception, Frame } from '../event.ts';
import { causeChain, type ExceptionNode, exceptionNode, stackFrame, toTrace, toTree } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest, standsInHead } from './line-role.ts';
import { isBlank, startsLogRecord } from './log-record.ts';
import {
  formatPhpName,
  isTraceMark,
  type PhpCall,
  type PhpHead,
  type PhpPlace,
  phpCall,
  phpHead,
  phpHeadOfLine,
  phpPlaceAtEnd,
  thrownIn,
} from './php-lines.ts';

/**
 * PHP: uncaught exceptions as the engine prints them, `(string) $exception`, and Monolog's `[stacktrace]`. The text
 * begins with the root cause; each `Next` wraps what stands before it, so the list begins with the last.
 */
export const php: StackLanguage = { language: 'php', classify: classifyPhp, parse: parsePhp, render: renderPhp };

/** Lines that a message may take above its trace. */
const MESSAGE_LINES = 100;

interface Block {
  node: ExceptionNode;
  from: number;
  next: number;
}

function parsePhp(lines: readonly string[]): ParsedTrace | null {
  const mark = lines.findIndex((line, index) => isTraceMark(line) && phpCall(lines[index + 1] ?? '') !== null);
  const first = mark < 0 ? readBare(lines) : readBlock(lines, mark);
  if (!first) return null;
  let raised = first;
  for (let next = readNext(lines, raised.next); next; next = readNext(lines, raised.next)) {
    next.node.cause = raised.node;
    raised = next;
  }
  const end = thrownIn(lines[raised.next] ?? '') ? raised.next : raised.next - 1;
  const truncated = raised.node.truncated || first.node.truncated;
  return toTrace(raised.node, { language: 'php', truncated, fromLine: first.from, toLine: end });
}

/** A trace whose head was lost, or an error without any frame: `PHP Fatal error:  V in F:N`. */
function readBare(lines: readonly string[]): Block | null {
  const from = lines.findIndex((line) => phpCall(line) !== null);
  if (from < 0) return null;
  const { calls, next } = readCalls(lines, from);
  const node = exceptionNode(null, null, framesOf(null, calls));
  node.truncated = true;
  return node.frames.length === 0 ? null : { node, from, next };
}

function readBlock(lines: readonly string[], mark: number): Block {
  const head = readHead(lines, mark);
  const { calls, next } = readCalls(lines, mark + 1);
  const node = exceptionNode(head?.type ?? null, head?.message ?? null, framesOf(head?.place ?? null, calls));
  node.truncated = head === null || calls.at(-1)?.function !== '{main}';
  return { node, from: head?.line ?? mark, next };
}

function readNext(lines: readonly string[], from: number): Block | null {
  const start = isBlank(lines[from] ?? '') ? from + 1 : from;
  if (!phpHeadOfLine(lines[start] ?? '')?.isNext) return null;
  const end = Math.min(lines.length, start + MESSAGE_LINES);
  let mark = start + 1;
  while (mark < end && !isTraceMark(lines[mark] ?? '')) mark++;
  return mark < end ? readBlock(lines, mark) : null;
}

function readCalls(lines: readonly string[], from: number): { calls: PhpCall[]; next: number } {
  const calls: PhpCall[] = [];
  let next = from;
  for (; next < lines.length; next++) {
    const call = phpCall(lines[next] ?? '');
    if (!call) break;
    calls.push(call);
  }
  return { calls, next };
}

/**
 * A line `#N F(L): M()` says that M was called at F:L, and the head says where the last one threw: so a function stands
 * with the place of the line before it.
 */
function framesOf(thrownAt: PhpPlace | null, calls: readonly PhpCall[]): Frame[] {
  let place: Pick<Frame, 'file' | 'line'> = thrownAt ?? { file: null, line: null };
  return calls.map((call) => {
    const frame = stackFrame({ ...place, module: call.module, function: call.function });
    place = { file: call.file, line: call.line };
    return frame;
  });
}

interface FoundHead {
  type: string;
  message: string | null;
  place: PhpPlace | null;
  line: number;
}

/** The lines above `Stack trace:`: `T: V in F:N`, where V may span lines, or Monolog's `(T(code: 0): V at F:N)`. */
function readHead(lines: readonly string[], mark: number): FoundHead | null {
  const last = (lines[mark - 1] ?? '').trimEnd();
  const logged = monologHead(last);
  if (logged) return { ...logged, line: mark - 1 };
  const end = phpPlaceAtEnd(last);
  if (!end) return null;
  const text: string[] = [];
  let likely: FoundHead | null = null;
  for (let line = mark - 1; line >= Math.max(0, mark - MESSAGE_LINES); line--) {
    text.unshift(line === mark - 1 ? end.before : lines[line]!);
    const head = phpHead(text[0]!);
    if (head?.isCertain) return foundHead(head, text, end.place, line);
    if (head) likely ??= foundHead(head, text, end.place, line);
    if (startsLogRecord(lines[line]!) || phpCall(lines[line]!)) break;
  }
  return likely;
}

/** `text`: the lines of the message, the head's own first. */
function foundHead(head: PhpHead, text: readonly string[], place: PhpPlace, line: number): FoundHead {
  const message = [head.message ?? '', ...text.slice(1)].join('\n');
  return { type: head.type, message: message === '' ? null : message, place, line };
}

function monologHead(line: string): Omit<FoundHead, 'line'> | null {
  const end = /^(.*) at (.{1,1000}):(\d{1,9})\)$/s.exec(line.endsWith(')') ? line : '');
  const open = end?.[1]?.lastIndexOf('[object] (') ?? -1;
  const head = open < 0 ? null : /^([\w\\]{1,300})\(code: [^)]{1,40}\): ?(.*)$/s.exec(end?.[1]?.slice(open + 10) ?? '');
  if (!end || !head?.[1]) return null;
  const place = { file: end[2] ?? '', line: Number(end[3]) };
  return { type: head[1].replaceAll('\\\\', '\\'), message: head[2] === '' ? null : (head[2] ?? null), place };
}

function renderPhp(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const blocks = causeChain(raised)
    .toReversed()
    .map((node, index) => {
      const [first, ...rest] = node.frames;
      const calls = node.frames.map((frame, at) => {
        const number = `#${at}`;
        if (frame.function === '{main}' && rest.length === at) return `${number} {main}`;
        const caller = rest[at];
        const place = caller?.file ? `${caller.file}(${caller.line ?? 0})` : '[internal function]';
        return `${number} ${place}: ${formatPhpName(frame)}()`;
      });
      const message = node.message === null ? '' : `: ${node.message}`;
      const lead = index === 0 ? 'PHP Fatal error:  Uncaught ' : '\nNext ';
      const place = `${first?.file ?? '[no active file]'}:${first?.line ?? 0}`;
      const shown = node.type === null ? [] : [`${lead}${node.type}${message} in ${place}`, 'Stack trace:'];
      return [...shown, ...calls].join('\n');
    });
  const [place] = raised.frames;
  if (raised.type === null) return `${blocks.join('\n')}\n`;
  return `${[...blocks, `  thrown in ${place?.file ?? '[no active file]'} on line ${place?.line ?? 0}`].join('\n')}\n`;
}

function classifyPhp(line: string, previous: LineRole | null): LineRole | null {
  const start = line.slice(0, 1000);
  if (phpCall(line)) return 'frame';
  const head = phpHeadOfLine(line);
  if (head?.isNext && previous !== null) return 'link';
  if (head?.isCertain && (/(?:^|[\s:])Uncaught /.test(start) || phpPlaceAtEnd(line.trimEnd()))) return 'start';
  if (previous === null) return isTraceMark(line) || start.includes('[object] (') ? 'start' : null;
  const isInHead = standsInHead(previous);
  if (isTraceMark(line)) return isInHead ? 'continuation' : null;
  if (thrownIn(line)) return 'end';
  return roleOfRest(line, isInHead);
}
