import { EXPANDED_FRAMES } from './bounds.ts';
import { type ExceptionNode, exceptionNode, toTrace } from './exception-node.ts';
import {
  captionedHead,
  commonFrames,
  isCircular,
  isLostFrames,
  type JavaCaption,
  type JavaHead,
  javaCaption,
  javaHead,
  javaHeadInside,
  parseJavaFrame,
} from './java-lines.ts';
import type { ParsedTrace } from './language.ts';
import { indentOf, isBlank, skipBlank, startsLogRecord } from './log-record.ts';

/** How far above the first frame its head may stand. */
const HEAD_LINES = 200;
/** How many lines a message may have after a caption. */
const MESSAGE_LINES = 1000;

export function parseJava(lines: readonly string[]): ParsedTrace | null {
  const firstFrame = lines.findIndex((line) => parseJavaFrame(line) !== null);
  if (firstFrame < 0) return null;
  const reader = new JavaReader(lines);
  const fromLine = reader.readHead(firstFrame);
  reader.readRest();
  expandCommon(reader.root, reader.common);
  const truncated = reader.truncated || reader.root.type === null;
  return toTrace(reader.root, { language: 'java', truncated, fromLine, toLine: reader.at - 1 });
}

/** An exception that is still open to causes (same indent) and suppressed ones (deeper). */
interface Level {
  indent: number;
  node: ExceptionNode;
}

class JavaReader {
  root: ExceptionNode = exceptionNode(null, null);
  at = 0;
  truncated = false;
  /** How many frames of its enclosing trace an exception shares. */
  readonly common = new Map<ExceptionNode, number>();
  private readonly lines: readonly string[];
  private current = this.root;
  private levels: Level[] = [];

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  /** Finds the raised exception above the first frame; returns the line where the trace begins. */
  readHead(firstFrame: number): number {
    const found = findHead(this.lines, firstFrame);
    const start = found?.line ?? firstFrame;
    if (found) {
      const rest = found.ownLines.slice(1);
      const message = rest.length === 0 ? found.head.message : [found.head.message ?? '', ...rest].join('\n');
      this.root.type = found.head.type;
      this.root.message = message;
      this.truncated = found.isCause;
    }
    this.at = found ? found.line + found.ownLines.length : firstFrame;
    this.current = this.root;
    this.levels = [{ indent: indentOf(this.lines[start] ?? ''), node: this.root }];
    if (!found) this.levels = [{ indent: 0, node: this.root }];
    return start;
  }

  readRest(): void {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at]!;
      if (isBlank(line)) {
        const next = skipBlank(this.lines, this.at);
        if (!isTraceLine(this.lines[next] ?? '')) return;
        this.at = next;
      } else if (this.readLine(line)) this.at++;
      else {
        this.noticeCut(line);
        return;
      }
    }
  }

  /** Whether the line belongs to the trace. */
  private readLine(line: string): boolean {
    const frame = parseJavaFrame(line);
    if (frame) {
      this.current.frames.push(frame);
      return true;
    }
    const caption = javaCaption(line);
    const common = commonFrames(line);
    if (caption) this.readCaption(caption);
    else if (common !== null) this.common.set(this.current, common);
    else if (isLostFrames(line)) this.current.truncated = true;
    else return isCircular(line);
    return true;
  }

  /** The last line of the text begins like a frame and is none: it was cut. */
  private noticeCut(line: string): void {
    if (this.at !== this.lines.length - 1 || !/^\s+at?(?:\s|$)/.test(line)) return;
    this.current.truncated = true;
    this.truncated = true;
    this.at++;
  }

  private readCaption(caption: JavaCaption): void {
    if (isCircular(caption.text)) return;
    const { type, message } = captionedHead(caption.text);
    const node = exceptionNode(type, this.readMessage(message));
    if (caption.kind === 'suppressed') this.openSuppressed(node, caption.indent);
    else this.openLink(node, caption);
    this.current = node;
  }

  private openLink(node: ExceptionNode, caption: JavaCaption): void {
    while (this.levels.length > 1 && (this.levels.at(-1)?.indent ?? 0) > caption.indent) this.levels.pop();
    const level = this.levels.at(-1);
    if (!level) return;
    if (caption.kind === 'caused') {
      level.node.cause = node;
      level.node = node;
      return;
    }
    // Root cause first: this one wraps all that was read on this level.
    const inner = this.levels.length === 1 ? this.root : level.node;
    node.cause = inner;
    if (inner === this.root) this.root = node;
    else replaceSuppressed(this.levels.at(-2)?.node, inner, node);
    level.node = node;
  }

  private openSuppressed(node: ExceptionNode, indent: number): void {
    while (this.levels.length > 1 && (this.levels.at(-1)?.indent ?? 0) >= indent) this.levels.pop();
    const level = this.levels.at(-1);
    if (!level) return;
    level.node.suppressed.push(node);
    this.levels.push({ indent: Math.max(indent, level.indent + 1), node });
  }

  /** Lines after a caption belong to its message when something of the trace follows them. */
  private readMessage(first: string | null): string | null {
    const end = Math.min(this.lines.length, this.at + 1 + MESSAGE_LINES);
    for (let index = this.at + 1; index < end; index++) {
      const line = this.lines[index] ?? '';
      if (isTraceLine(line)) {
        const rest = this.lines.slice(this.at + 1, index);
        while (rest.length > 0 && isBlank(rest.at(-1) ?? '')) rest.pop();
        this.at = index - 1;
        return rest.length === 0 ? first : [first ?? '', ...rest].join('\n');
      }
      if (startsLogRecord(line)) break;
    }
    return first;
  }
}

function replaceSuppressed(parent: ExceptionNode | undefined, old: ExceptionNode, node: ExceptionNode): void {
  const index = parent?.suppressed.indexOf(old) ?? -1;
  if (parent && index >= 0) parent.suppressed[index] = node;
}

function isTraceLine(line: string): boolean {
  return parseJavaFrame(line) !== null || javaCaption(line) !== null || commonFrames(line) !== null || isCircular(line);
}

/** Outermost first: the enclosing trace must be whole before its end is taken. */
function expandCommon(root: ExceptionNode, commonOf: ReadonlyMap<ExceptionNode, number>): void {
  let left = EXPANDED_FRAMES;
  const open: { node: ExceptionNode; enclosing: ExceptionNode | null }[] = [{ node: root, enclosing: null }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, enclosing } = next;
    const common = commonOf.get(node) ?? 0;
    if (common > 0 && enclosing && common <= enclosing.frames.length && common <= left) {
      left -= common;
      for (const frame of enclosing.frames.slice(-common)) node.frames.push({ ...frame });
    } else if (common > 0) {
      node.truncated = true;
    }
    for (const other of node.suppressed) open.push({ node: other, enclosing: node });
    if (node.cause) open.push({ node: node.cause, enclosing: node });
  }
}

interface FoundHead {
  head: JavaHead;
  line: number;
  /** The line that names it, and those its message runs on over. */
  ownLines: readonly string[];
  /** What it caused was cut away before it. */
  isCause: boolean;
}

/** The nearest line above the first frame that surely names an exception; a likely one only right above the frame. */
function findHead(lines: readonly string[], firstFrame: number): FoundHead | null {
  for (let index = firstFrame - 1; index >= Math.max(0, firstFrame - HEAD_LINES); index--) {
    const line = lines[index] ?? '';
    if (isBlank(line)) continue;
    const caption = javaCaption(line);
    if (caption) return frameless(lines, index) ?? causeAlone(lines, caption, index, firstFrame);
    const text = line.slice(indentOf(line));
    const named = javaHead(text);
    const head = named && (named.isCertain || index === firstFrame - 1) ? named : javaHeadInside(text);
    if (head) return { head, line: index, ownLines: lines.slice(index, firstFrame), isCause: false };
    if (startsLogRecord(line)) return null;
  }
  return null;
}

/** An exception that wrote no frames stands right above its cause. */
function frameless(lines: readonly string[], caption: number): FoundHead | null {
  for (let index = caption - 1; index >= Math.max(0, caption - HEAD_LINES); index--) {
    const line = lines[index] ?? '';
    const text = line.slice(indentOf(line));
    const above = javaCaption(line);
    const head = above ? null : (javaHead(text) ?? javaHeadInside(text));
    if (head && (!('isCertain' in head) || head.isCertain || index === caption - 1)) {
      const end = lines.findIndex((other, at) => at > index && javaCaption(other) !== null);
      return { head, line: index, ownLines: lines.slice(index, end), isCause: false };
    }
    if (startsLogRecord(line)) return null;
  }
  return null;
}

function causeAlone(lines: readonly string[], caption: JavaCaption, index: number, firstFrame: number): FoundHead {
  return {
    head: captionedHead(caption.text),
    line: index,
    ownLines: lines.slice(index, firstFrame),
    isCause: true,
  };
}
