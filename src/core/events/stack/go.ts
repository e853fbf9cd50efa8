import type { Exception, Frame } from '../event.ts';
import { causeChain, type ExceptionNode, exceptionNode, toTrace, toTree } from './exception-node.ts';
import { formatGoHead, GO_TYPE, type GoHead, goHead, panicValue, readPanics } from './go-head.ts';
import {
  formatGoFrame,
  goFrame,
  goFunction,
  goPlace,
  isElided,
  isGoroutineHeader,
  isPanicFrame,
  isRuntimeStack,
} from './go-lines.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest, standsInHead } from './line-role.ts';
import { isBlank, skipBlank } from './log-record.ts';

/** How far above the first goroutine its head may stand. */
const HEAD_LINES = 1000;

/**
 * Go panics, fatal errors, `debug.Stack()`, and the stacks of zap and pkg/errors. Only the first goroutine counts:
 * it is the one that failed. A panic while another unwinds was raised last; the first one is the root cause, and its
 * frames begin below the last `panic(`.
 */
export const go: StackLanguage = { language: 'go', classify: classifyGo, parse: parseGo, render: renderGo };

function parseGo(lines: readonly string[]): ParsedTrace | null {
  const header = lines.findIndex((line) => isGoroutineHeader(line) || isRuntimeStack(line));
  return (header < 0 ? null : parseDump(lines, header)) ?? parseLoggedStack(lines);
}

function parseDump(lines: readonly string[], header: number): ParsedTrace | null {
  const head = findHead(lines, header);
  let goroutine = header;
  if (isRuntimeStack(lines[header] ?? '')) {
    goroutine = lines.findIndex((line, index) => index > header && isGoroutineHeader(line));
    if (goroutine < 0) return null;
  }
  const body = readFrames(lines, goroutine + 1, false);
  if (body.frames.length === 0) return null;
  const panics = head?.panics ?? headOfRecovered(lines, goroutine, body.frames);
  const raised = buildChain(panics, body.frames);
  raised.truncated = body.truncated;
  return toTrace(raised, {
    language: 'go',
    truncated: body.truncated,
    fromLine: head?.line ?? header,
    toLine: endOfDump(lines, body.next) - 1,
  });
}

/** What zap and pkg/errors print: pairs of function and place alone. */
function parseLoggedStack(lines: readonly string[]): ParsedTrace | null {
  for (let index = 0; index < lines.length - 1; index++) {
    if (!/^\s/.test(lines[index + 1] ?? '') || !goFrame(lines, index, true)) continue;
    const { frames, next, truncated } = readFrames(lines, index, true);
    const node = exceptionNode(null, null, frames);
    node.truncated = truncated;
    return toTrace(node, { language: 'go', truncated, fromLine: index, toLine: next - 1 });
  }
  return null;
}

interface GoBody {
  frames: Frame[];
  truncated: boolean;
  next: number;
}

function readFrames(lines: readonly string[], from: number, isBare: boolean): GoBody {
  const frames: Frame[] = [];
  let index = from;
  while (index < lines.length) {
    const frame = goFrame(lines, index, isBare);
    if (frame) frames.push(frame);
    else if (!isElided(lines[index] ?? '')) break;
    index += frame ? 2 : 1;
  }
  // A function whose place is missing or cut, as the last thing in the text.
  const isCut = index >= lines.length - 2 && goFunction(lines[index] ?? '', false) !== null && frames.length > 0;
  return { frames, truncated: isCut, next: isCut ? lines.length : index };
}

/** Other goroutines of the same dump, and the shell's `exit status`. */
function endOfDump(lines: readonly string[], from: number): number {
  let end = from;
  for (let index = skipBlank(lines, from); index < lines.length; index = skipBlank(lines, end)) {
    const line = lines[index] ?? '';
    if (isGoroutineHeader(line)) end = readFrames(lines, index + 1, false).next;
    else return /^exit status \d/.test(line) ? index + 1 : end;
  }
  return end;
}

function findHead(lines: readonly string[], header: number): { panics: GoHead[]; line: number } | null {
  for (let index = header - 1; index >= Math.max(0, header - HEAD_LINES); index--) {
    const line = lines[index] ?? '';
    if (/^\t/.test(line) || !goHead(line)) continue;
    return { panics: readPanics(lines.slice(index, header)), line: index };
  }
  return null;
}

/** A recovered panic is logged in the program's own words, right above the stack. */
function headOfRecovered(lines: readonly string[], goroutine: number, frames: readonly Frame[]): GoHead[] {
  const above = lines[goroutine - 1] ?? '';
  const at = above.indexOf('runtime error: ');
  if (at >= 0) return [panicValue(above.slice(at))];
  return frames.some(isPanicFrame) ? [{ type: GO_TYPE.panic, message: '' }] : [];
}

/**
 * Panics in the order they happened, over one list of frames in which `panic(` stands above what each one left. Where
 * the text was cut, the marks of the first ones are missing: those have no frames, rather than another's.
 */
function buildChain(panics: readonly GoHead[], frames: readonly Frame[]): ExceptionNode {
  const marks = frames.flatMap((frame, index) => (isPanicFrame(frame) ? [index] : []));
  // The panic that nobody recovered has no mark of its own unless the stack was taken while it unwound.
  const isWhole = marks.length >= panics.length - 1;
  let raised: ExceptionNode | null = null;
  for (const [order, panic] of panics.entries()) {
    const above = isWhole ? marks.length - 1 - order : panics.length - 2 - order;
    const from = above < 0 ? 0 : (marks[above] ?? frames.length - 1) + 1;
    const node = exceptionNode(panic.type, panic.message === '' ? null : panic.message);
    node.frames = frames.slice(from).filter((frame) => !isPanicFrame(frame));
    node.truncated = !isWhole && node.frames.length === 0;
    node.cause = raised;
    node.causeRelation = 'context';
    raised = node;
  }
  return raised ?? exceptionNode(null, null, [...frames]);
}

function renderGo(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const chain = causeChain(raised);
  if (raised.type === null) return `${['goroutine 1 [running]:', ...raised.frames.map(formatGoFrame)].join('\n')}\n`;
  const heads = chain.toReversed().map((node, index) => {
    const text = formatGoHead({ type: node.type ?? GO_TYPE.panic, message: node.message ?? '' });
    return (index === 0 ? '' : '\t') + text.replaceAll('\n', '\n\t');
  });
  const frames = chain.flatMap((node, index) => {
    const inner = chain[index + 1]?.frames.length ?? 0;
    const own = node.frames.slice(0, node.frames.length - inner).map(formatGoFrame);
    return index === 0 ? own : ['panic({0x0, 0x0})\n\t/usr/local/go/src/runtime/panic.go:860', ...own];
  });
  return `${[...heads, '', 'goroutine 1 [running]:', ...frames].join('\n')}\n`;
}

function classifyGo(line: string, previous: LineRole | null): LineRole | null {
  if (isGoroutineHeader(line) || isRuntimeStack(line)) return previous === null ? 'start' : 'link';
  const isInHead = previous === 'start' || previous === 'continuation';
  if (isInHead && /^(?:\t|\[signal )/.test(line)) return goPlace(line) ? 'code' : 'continuation';
  if (goHead(line) && !/^\s/.test(line)) return 'start';
  if (previous === null) return null;
  return (isBlank(line) ? null : roleInDump(line, previous)) ?? roleOfRest(line, isInHead);
}

function roleInDump(line: string, previous: LineRole): LineRole | null {
  if (isElided(line)) return 'frame';
  if (previous === 'frame' && goPlace(line)) return 'code';
  if (/^exit status \d/.test(line)) return 'end';
  const mayFrameFollow = previous === 'code' || previous === 'frame' || standsInHead(previous);
  return mayFrameFollow && goFunction(line, false) ? 'frame' : null;
}
