import type { Frame } from '../event.ts';
import { EXPANDED_FRAMES } from './bounds.ts';
import { type ExceptionNode, exceptionNode } from './exception-node.ts';
import { bracketedHead, findHead, javascriptHead } from './javascript-head.ts';
import { indentOf, lineNumber, skipBlank, startsLogRecord } from './log-record.ts';
import { uncaughtHeader } from './node-uncaught.ts';
import { parseV8Frame } from './v8-frame.ts';

/** Nested causes deeper than this are text. `util.inspect` prints them all, each two columns deeper. */
const NESTING = 100;
const NESTED_MESSAGE_LINES = 500;

export interface V8Trace {
  raised: ExceptionNode;
  truncated: boolean;
  fromLine: number;
  toLine: number;
}

/**
 * Reads the first trace in V8's format: an error with its frames, then what `util.inspect` adds (fields, `[cause]`,
 * `[errors]`), or `caused by:` blocks as loggers join them.
 */
export function parseV8(lines: readonly string[]): V8Trace | null {
  const firstFrame = lines.findIndex((line) => parseV8Frame(frameText(line)) !== null);
  if (firstFrame < 0) return uncaughtValue(lines);
  const found = findHead(lines, firstFrame);
  const outer = found && outerHead(lines, found.line);
  const start = outer ?? found?.line ?? firstFrame;
  const reader = new InspectReader(lines, start);
  const raised = reader.readRaised(firstFrame, outer === null ? found : null);
  const header = uncaughtHeader(lines, start);
  if (header) header.addTo(raised);
  return {
    raised,
    truncated: reader.truncated || raised.type === null,
    fromLine: header?.fromLine ?? start,
    toLine: endOf(lines, reader.at - 1),
  };
}

/** An uncaught error ends with the version of Node, and a value that is no error with a hint before it. */
function endOf(lines: readonly string[], last: number): number {
  const hint = /^\(Use `node /.test(lines[last + 1] ?? '') ? last + 1 : last;
  const next = skipBlank(lines, hint + 1);
  return /^Node\.js v\d/.test(lines[next] ?? '') ? next : hint;
}

/** `throw 'text'` has no frames; where it was thrown stands in the header Node prints. */
function uncaughtValue(lines: readonly string[]): V8Trace | null {
  for (let index = 3; index < lines.length; index++) {
    if (!/^\s*\^+\s*$/.test(lines[index - 1] ?? '')) continue;
    const header = uncaughtHeader(lines, index);
    const text = (lines[index] ?? '').trim();
    if (!header || text === '') continue;
    const head = javascriptHead(text);
    const raised = head?.isCertain ? exceptionNode(head.type, head.message) : exceptionNode(null, text);
    raised.frames.push(header.frame);
    return { raised, truncated: false, fromLine: header.fromLine, toLine: endOf(lines, index) };
  }
  return null;
}

/** The `[T: V] {` above a nested error whose own error printed no frames. */
function outerHead(lines: readonly string[], nested: number): number | null {
  const indent = indentOf(lines[nested] ?? '');
  if (indent === 0) return null;
  for (let index = nested - 1; index >= Math.max(0, nested - 100); index--) {
    const line = lines[index] ?? '';
    if (indentOf(line) === 0 && line.startsWith('[') && bracketedHead(line)?.rest.trim() === '{') return index;
  }
  return null;
}

/** A frame line without what `util.inspect` puts behind it: ` {` before fields, `,` between the errors of a list. */
function frameText(line: string): string {
  if (line.endsWith(' {')) return line.slice(0, -2);
  return line.endsWith(',') ? line.slice(0, -1) : line;
}

/** Frames left out because the cause has them too: `count` of them stand before `frames[at]`. */
interface Elision {
  at: number;
  count: number;
}

class InspectReader {
  at: number;
  truncated = false;
  private readonly lines: readonly string[];
  private expandable = EXPANDED_FRAMES;

  constructor(lines: readonly string[], start: number) {
    this.lines = lines;
    this.at = start;
  }

  private line(index: number): string {
    return this.lines[index] ?? '';
  }

  readRaised(firstFrame: number, found: ReturnType<typeof findHead>): ExceptionNode {
    if (!found) {
      const text = this.line(this.at);
      return bracketedHead(text) ? this.readError(text, 0, 0) : this.readBody(exceptionNode(null, null), 0, 0);
    }
    const rest = this.lines.slice(found.line + 1, firstFrame);
    const message = [found.head.message ?? '', ...rest].join('\n');
    const raised = exceptionNode(found.head.type, message === '' ? null : message);
    this.at = firstFrame;
    this.readBody(raised, indentOf(this.line(found.line)), 0);
    this.readCausedBy(raised);
    return raised;
  }

  /** pino and VError put the causes after each other. */
  private readCausedBy(raised: ExceptionNode): void {
    let node = raised;
    while (this.at < this.lines.length && !node.cause) {
      const next = skipBlank(this.lines, this.at);
      const match = /^\s*caused by: (.*)$/is.exec(this.line(next));
      const head = match && javascriptHead(match[1] ?? '');
      const hasFrames = parseV8Frame(frameText(this.line(next + 1))) !== null;
      if (!head || !(head.isCertain || hasFrames)) return;
      this.at = next;
      node.cause = this.readError(match[1] ?? '', indentOf(this.line(next)), 0);
      node = node.cause;
    }
  }

  /** An error whose first line is `text` (the key before it taken off), at `this.at`; leaves `at` behind it. */
  private readError(text: string, indent: number, depth: number): ExceptionNode {
    this.at++;
    const bracketed = bracketedHead(text) ?? this.bracketOverLines(text, indent);
    if (bracketed) {
      const node = exceptionNode(bracketed.head.type, bracketed.head.message);
      if (bracketed.rest.trim() === '{') this.readFields(node, indent, depth);
      return node;
    }
    const head = javascriptHead(text);
    const node = exceptionNode(head?.type ?? null, head?.message ?? null);
    const message = this.readMessage(head?.message ?? '', indent);
    node.message = message === '' ? null : message;
    return this.readBody(node, indent, depth);
  }

  /** `[T: V]` whose message has several lines; `at` stands behind the first. */
  private bracketOverLines(text: string, indent: number): ReturnType<typeof bracketedHead> {
    if (!text.startsWith('[')) return null;
    const end = Math.min(this.lines.length, this.at + NESTED_MESSAGE_LINES);
    for (let index = this.at; index < end; index++) {
      const line = this.line(index);
      if (parseV8Frame(frameText(line))) return null;
      if (!/\](?: \{|,)?$/.test(line)) continue;
      const rest = this.lines.slice(this.at, index + 1).map((part) => part.slice(Math.min(indent, indentOf(part))));
      this.at = index + 1;
      return bracketedHead([text, ...rest].join('\n'));
    }
    return null;
  }

  private readMessage(first: string, indent: number): string {
    const end = Math.min(this.lines.length, this.at + NESTED_MESSAGE_LINES);
    for (let index = this.at; index < end; index++) {
      const line = this.line(index);
      if (parseV8Frame(frameText(line))) {
        const rest = this.lines.slice(this.at, index).map((part) => part.slice(Math.min(indent, indentOf(part))));
        this.at = index;
        return [first, ...rest].join('\n');
      }
      if (startsLogRecord(line) || /^\s*[}\]],?$/.test(line)) break;
    }
    return first;
  }

  /** Frames, then the fields in braces. */
  private readBody(node: ExceptionNode, indent: number, depth: number): ExceptionNode {
    let elision: Elision | null = null;
    let hasFields = false;
    let isListItem = false;
    while (this.at < this.lines.length && !hasFields && !isListItem) {
      const line = this.line(this.at);
      const frame = parseV8Frame(frameText(line));
      const left = elidedLines(line);
      if (frame) node.frames.push(frame);
      else if (left !== null) elision ??= { at: node.frames.length, count: left };
      else if (!/^\s*(?:From previous event:|-> \S.*:\d+|\.\.\. collapsed \d.*)$/.test(line)) break;
      hasFields = line.endsWith(' {');
      isListItem = line.endsWith(',');
      this.at++;
    }
    if (hasFields) this.readFields(node, indent, depth);
    else this.noticeCut(node);
    node.frames = elision ? this.expand(node.frames, elision, node.cause?.frames ?? []) : node.frames;
    return node;
  }

  /** The last line of the text begins like a frame and is none: it was cut. */
  private noticeCut(node: ExceptionNode): void {
    if (this.at !== this.lines.length - 1 || !/^\s+at(?:\s|$)/.test(this.line(this.at))) return;
    node.truncated = true;
    this.truncated = true;
    this.at++;
  }

  private readFields(node: ExceptionNode, indent: number, depth: number): void {
    const key = indent + 2;
    while (this.at < this.lines.length) {
      const line = this.line(this.at);
      const width = indentOf(line);
      const text = line.slice(width);
      if (width <= indent && /^\},?$/.test(text)) {
        this.at++;
        return;
      }
      if (width === key && depth < NESTING && this.readField(node, text, key, depth)) continue;
      if (width === 0 && startsLogRecord(line)) break;
      this.at++;
    }
    node.truncated = true;
    this.truncated = true;
  }

  /** Whether the text opened a cause or errors, which were read. */
  private readField(node: ExceptionNode, text: string, key: number, depth: number): boolean {
    const match = /^\[?(cause|errors)\]?: (.*)$/s.exec(text);
    if (!match) return false;
    const [, name, value = ''] = match;
    if (name === 'cause' && isError(value)) {
      const cause = this.readError(value, key, depth + 1);
      node.cause ??= cause;
      return true;
    }
    if (name !== 'errors' || !value.startsWith('[')) return false;
    this.readList(node, value, key, depth + 1);
    return true;
  }

  /** The errors of an AggregateError, from the line of `[errors]: [` to its `]`. */
  private readList(node: ExceptionNode, opening: string, key: number, depth: number): void {
    this.at++;
    if (opening !== '[') {
      node.members.push(...membersOfLine(opening));
      return;
    }
    while (this.at < this.lines.length) {
      const line = this.line(this.at);
      const width = indentOf(line);
      if (width <= key) {
        if (/^\s*\],?$/.test(line)) this.at++;
        return;
      }
      const text = line.slice(width).replace(/\],$/, ']');
      if (width === key + 2 && isError(text)) node.members.push(this.readError(text, width, depth));
      else this.at++;
    }
  }

  /** `... N lines matching cause stack trace ...` stands between two frames that the cause has as well. */
  private expand(frames: Frame[], { at, count }: Elision, cause: readonly Frame[]): Frame[] {
    const before = frames[at - 1];
    const from = before ? cause.findIndex((frame) => isSameFrame(frame, before)) : -1;
    if (from < 0 || from + count >= cause.length || count > this.expandable) return frames;
    this.expandable -= count;
    const taken = cause.slice(from + 1, from + 1 + count).map((frame) => ({ ...frame }));
    return [...frames.slice(0, at), ...taken, ...frames.slice(at)];
  }
}

/** `[[Error: a], [Error: b]]`: the members of a list that stands in one line. */
function membersOfLine(list: string): ExceptionNode[] {
  const heads = list
    .slice(1)
    .split(/\], ?(?=\[)/)
    .map((item) => bracketedHead(`${item.trim().replace(/[\s\],]+$/, '')}]`)?.head);
  return heads.flatMap((head) => (head ? [exceptionNode(head.type, head.message)] : []));
}

function elidedLines(line: string): number | null {
  const match = /^\s*\.\.\. (\d{1,9}) lines? matching cause stack trace \.\.\.,?(?: \{)?$/.exec(line);
  return match ? lineNumber(match[1] ?? '') : null;
}

function isError(text: string): boolean {
  return (
    javascriptHead(text.startsWith('[') ? text.slice(1) : text)?.isCertain === true || /^\[?[A-Z][\w$]*: /.test(text)
  );
}

function isSameFrame(a: Frame, b: Frame): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column && a.function === b.function;
}
