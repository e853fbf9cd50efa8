import type { Exception, Frame } from '../event.ts';
import { causeChain, type ExceptionNode, exceptionNode, toTrace, toTree } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest, standsInHead } from './line-role.ts';
import { isBlank, startsLogRecord } from './log-record.ts';
import { formatRubyLabel, isLevels, type RubyHead, rubyFrame, rubyHead, rubyHeadAbove } from './ruby-lines.ts';

/**
 * Ruby: what the interpreter and `full_message` print, its order of 2.5 to 2.7 (most recent call last), Rails' log, and
 * frames alone below a line that names the error. The root cause stands last.
 */
export const ruby: StackLanguage = { language: 'ruby', classify: classifyRuby, parse: parseRuby, render: renderRuby };

/** Lines of a message between its head and the first frame: error_highlight and did_you_mean add a few. */
const MESSAGE_LINES = 100;
const CAUSES = /^\s*Causes?:\s*$/;

interface Block {
  node: ExceptionNode;
  from: number;
  next: number;
}

function parseRuby(lines: readonly string[]): ParsedTrace | null {
  const first = lines.findIndex((line) => rubyHead(line) !== null || rubyFrame(line) !== null);
  if (first < 0) return null;
  const raised = readBlock(lines, first);
  if (!raised) return null;
  let last = raised;
  for (let cause = readCause(lines, last.next); cause; cause = readCause(lines, last.next)) {
    last.node.cause = cause.node;
    last = cause;
  }
  const { truncated } = raised.node;
  return toTrace(raised.node, { language: 'ruby', truncated, fromLine: raised.from, toLine: last.next - 1 });
}

/** From its head, or from its first frame when the head stands above in another shape. */
function readBlock(lines: readonly string[], first: number): Block | null {
  const head = rubyHead(lines[first] ?? '');
  if (head) return readBelow(lines, first, head);
  const body = readFrames(lines, first);
  const below = rubyHead(lines[body.next] ?? '');
  // Ruby 2.5 to 2.7 on a terminal: the calls from the outermost in, then the head.
  if (below && /^\s*\d{1,6}: from /.test(lines[first] ?? '')) {
    const read = readBelow(lines, body.next, below);
    read.node.frames.push(...body.frames.toReversed());
    return { ...read, from: /^Traceback /.test(lines[first - 1] ?? '') ? first - 1 : first };
  }
  const above = rubyHeadAbove(lines, first);
  const node = exceptionNode(above?.type ?? null, above?.message ?? null, body.frames);
  node.truncated = above === null;
  return { node, from: above?.line ?? first, next: body.next };
}

/** The message may go on in lines of its own before the first frame. */
function readBelow(lines: readonly string[], from: number, head: RubyHead): Block {
  const text: string[] = [];
  let next = from + 1;
  const end = Math.min(lines.length, next + MESSAGE_LINES);
  while (next < end && !isFromLine(lines[next]!) && !startsLogRecord(lines[next]!)) {
    if (rubyHead(lines[next]!) || rubyFrame(lines[next]!)) break;
    text.push(lines[next]!);
    next++;
  }
  const isMessage = next < end && isFromLine(lines[next]!);
  const body = readFrames(lines, isMessage ? next : from + 1);
  const message = isMessage && text.length > 0 ? [head.message ?? '', ...text].join('\n').trimEnd() : head.message;
  const node = exceptionNode(head.type, message === '' ? null : message, [head.frame, ...body.frames]);
  return { node, from, next: body.next };
}

function isFromLine(line: string): boolean {
  return /^\s+(?:\d{1,6}: )?from /.test(line) && rubyFrame(line) !== null;
}

function readFrames(lines: readonly string[], from: number): { frames: Frame[]; next: number } {
  const frames: Frame[] = [];
  let next = from;
  for (; next < lines.length; next++) {
    const frame = rubyFrame(lines[next] ?? '');
    if (frame) frames.push(frame);
    else if (!isLevels(lines[next] ?? '')) break;
  }
  return { frames, next };
}

/** The next head right below the frames, or Rails' `Causes:` and its head. */
function readCause(lines: readonly string[], from: number): Block | null {
  const head = rubyHead(lines[from] ?? '');
  if (head) return readBelow(lines, from, head);
  let line = from;
  while (line < lines.length && line < from + 3 && (isBlank(lines[line] ?? '') || CAUSES.test(lines[line] ?? '')))
    line++;
  if (!lines.slice(from, line).some((text) => CAUSES.test(text))) return null;
  const end = Math.min(lines.length, line + MESSAGE_LINES);
  let first = line + 1;
  while (first < end && rubyFrame(lines[first] ?? '') === null) first++;
  return first < end ? readBlock(lines, first) : null;
}

function renderRuby(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const blocks = causeChain(raised).map((node) => {
    const [first, ...rest] = node.frames;
    const place = first ? formatRubyLabel(first) : '-e:0';
    const from = rest.map((frame) => `\tfrom ${formatRubyLabel(frame)}`);
    if (node.type === null) return [...(first ? [place] : []), ...rest.map(formatRubyLabel)].join('\n');
    const [line, ...more] = (node.message ?? '').split('\n');
    const shown = node.message === null ? node.type : line;
    return [`${place}: ${shown} (${node.type})`, ...more, ...from].join('\n');
  });
  return `${blocks.join('\n')}\n`;
}

function classifyRuby(line: string, previous: LineRole | null): LineRole | null {
  if (rubyHead(line)) return previous === null || previous === 'link' ? 'start' : 'link';
  if (rubyFrame(line)) return 'frame';
  if (/^[A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){0,10} \(.{0,4000}\):\s*$/.test(line)) return 'start';
  if (previous === null) return /^Traceback \(most recent call last\):\s*$/.test(line) ? 'start' : null;
  if (CAUSES.test(line)) return 'link';
  if (isLevels(line)) return 'frame';
  return roleOfRest(line, standsInHead(previous));
}
