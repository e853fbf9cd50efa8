import type { Frame } from '../event.ts';
import { DEFAULT_STACK_BOUNDS, EXPANDED_FRAMES } from './bounds.ts';
import { type ExceptionNode, exceptionNode, stackFrame, toTrace } from './exception-node.ts';
import type { ParsedTrace } from './language.ts';
import { indentOf, isBlank, skipBlank, startsLogRecord } from './log-record.ts';
import { parseFaulthandler } from './python-faulthandler.ts';
import {
  chainSentence,
  type GroupLine,
  groupLine,
  isCertainHead,
  isElision,
  isMarkerLine,
  pythonFrameLine,
  pythonHead,
  repeatedTimes,
  TRACEBACK,
  threadHeader,
} from './python-lines.ts';

/** Deeper groups than the interpreter prints (10 levels) are text, not structure. */
const GROUP_LEVELS = 32;

export function parsePython(lines: readonly string[]): ParsedTrace | null {
  for (let start = 0; start < lines.length; start++) {
    const line = lines[start] ?? '';
    if (threadHeader(line)) return parseFaulthandler(lines, start);
    const isFrame = pythonFrameLine(line) !== null;
    if (!isFrame && !line.trimEnd().endsWith(TRACEBACK)) continue;
    const reader = new PythonReader(lines, start, isFrame);
    const raised = reader.readChain(0, 0);
    if (raised && reader.frameCount > 0) {
      return toTrace(raised, {
        language: 'python',
        truncated: reader.truncated,
        fromLine: reader.from,
        toLine: reader.at - 1,
      });
    }
    start = Math.max(start, reader.at - 1);
  }
  return null;
}

/** A frame, and how often the interpreter says that it was repeated. */
interface Run {
  frame: Frame;
  repeated: number;
}

/** Reads one trace forward; every line is looked at a bounded number of times. */
class PythonReader {
  readonly lines: readonly string[];
  from: number;
  at: number;
  frameCount = 0;
  truncated = false;
  private readonly base: number;
  private inGroup = false;
  private expandable = EXPANDED_FRAMES;

  constructor(lines: readonly string[], start: number, startsWithFrame: boolean) {
    this.lines = lines;
    this.base = baseIndent(lines, start, startsWithFrame);
    this.from = startOfFramelessCause(lines, start);
    this.at = this.from;
    this.inGroup = /^\s*\|/.test(lines[start] ?? '');
  }

  private view(index: number): GroupLine {
    return groupLine(this.lines[index] ?? '', this.base, this.inGroup);
  }

  /** The blocks of one level that chain sentences join; the last one was raised. */
  readChain(level: number, depth: number): ExceptionNode | null {
    let raised: ExceptionNode | null = null;
    let relation: 'cause' | 'context' = 'cause';
    while (true) {
      const node = this.readBlock(level, depth);
      if (!node) {
        // A sentence that announces nothing: the text was cut after it.
        if (raised) this.truncated = true;
        return raised;
      }
      if (raised) {
        node.cause = raised;
        node.causeRelation = relation;
      }
      raised = node;
      const sentence = this.sentenceAhead(level);
      if (!sentence) return raised;
      relation = sentence.relation;
      this.at = sentence.next;
    }
  }

  /** The chain sentence after blank lines of this level, and the first line after it that is not blank. */
  private sentenceAhead(level: number): { relation: 'cause' | 'context'; next: number } | null {
    const index = this.skipBlankOf(level, this.at);
    const view = this.view(index);
    const relation = index < this.lines.length && view.level === level ? chainSentence(view.text) : null;
    return relation ? { relation, next: this.skipBlankOf(level, index + 1) } : null;
  }

  private skipBlankOf(level: number, from: number): number {
    let index = from;
    while (index < this.lines.length) {
      const view = this.view(index);
      if (view.mark !== 'text' || !isBlank(view.text) || (view.level !== level && view.text !== '')) break;
      index++;
    }
    return index;
  }

  private readBlock(level: number, depth: number): ExceptionNode | null {
    if (this.at >= this.lines.length) return null;
    let own = level;
    const view = this.view(this.at);
    if (view.mark === 'header') {
      own = view.level;
      this.inGroup = true;
      this.at++;
    } else if (view.mark !== 'text' || view.level !== level) {
      return null;
    } else if (view.text.trimEnd().endsWith(TRACEBACK)) {
      this.at++;
    }
    const node = this.readFramesAndHead(own);
    if (!node) return null;
    if (depth < GROUP_LEVELS) this.readMembers(node, own, depth);
    if (level === 0 && own > 0) this.inGroup = false;
    return node;
  }

  private readFramesAndHead(level: number): ExceptionNode | null {
    const runs = this.readFrames(level);
    const headView = this.view(this.at);
    const isText = this.at < this.lines.length && headView.mark === 'text' && headView.level === level;
    const head = isText ? pythonHead(headView.text.trimEnd()) : null;
    if (!head && runs.length === 0) return null;
    if (!head) return this.cutBlock(runs);
    this.at++;
    const message = this.readMessage(level, pythonHead(headView.text)?.message ?? head.message);
    return exceptionNode(head.type, message, this.expand(runs));
  }

  private readFrames(level: number): Run[] {
    const runs: Run[] = [];
    let indent = 0;
    for (; this.at < this.lines.length; this.at++) {
      const view = this.view(this.at);
      if (view.mark !== 'text' || view.level !== level) break;
      const frame = pythonFrameLine(view.text);
      const last = runs.at(-1);
      const repeated = repeatedTimes(view.text);
      if (frame) {
        indent = frame.indent;
        runs.push({
          frame: stackFrame({ file: frame.file, line: frame.line, function: frame.function }),
          repeated: 0,
        });
        this.frameCount++;
      } else if (last && repeated !== null) {
        last.repeated = repeated;
      } else if (last && isCodeLine(view.text, indent, last)) {
        keepCode(last.frame, view.text);
      } else {
        break;
      }
    }
    return runs;
  }

  /** Frames without the line that names the exception: the text was cut, maybe inside the last line it has. */
  private cutBlock(runs: Run[]): ExceptionNode {
    this.truncated = true;
    const isAtEnd = this.at >= this.lines.length;
    const last = runs.at(-1);
    if (isAtEnd && last) {
      const lastLine = this.view(this.lines.length - 1).text;
      const isFrame = pythonFrameLine(lastLine) !== null;
      if (isFrame && runs.length > 1) runs.pop();
      else if (!isFrame && pythonFrameLine(this.view(this.lines.length - 2).text)) last.frame.code = null;
    } else if (this.at === this.lines.length - 1 && /^\s+F(?:ile|il|i)?\b/.test(this.lines[this.at] ?? '')) {
      this.at++;
    }
    const node = exceptionNode(null, null, this.expand(runs));
    node.truncated = true;
    return node;
  }

  /** A message runs on over lines and blank lines until something else begins; notes (`add_note`) stand in it. */
  private readMessage(level: number, first: string | null): string | null {
    const parts: string[] = [];
    while (this.at < this.lines.length) {
      const next = this.skipBlankOf(level, this.at);
      const view = this.view(next);
      if (next >= this.lines.length || view.mark !== 'text' || view.level !== level) break;
      if (this.endsMessage(view, level)) break;
      for (let index = this.at; index < next; index++) parts.push('');
      parts.push(view.text);
      this.at = next + 1;
    }
    if (this.view(this.at).text.trim() === '"""' && this.at < this.lines.length) this.at++;
    return parts.length === 0 ? first : [first ?? '', ...parts].join('\n');
  }

  private endsMessage(view: GroupLine, level: number): boolean {
    const text = view.text;
    if (chainSentence(text) || text.trim() === '"""' || text.trimEnd().endsWith(TRACEBACK)) return true;
    return level === 0 && (startsLogRecord(text) || threadHeader(text) !== null);
  }

  private readMembers(group: ExceptionNode, level: number, depth: number): void {
    while (this.at < this.lines.length) {
      const view = this.view(this.at);
      if (view.mark !== 'member' || view.level !== level + 1) break;
      this.at++;
      const inside = this.view(this.at);
      if (view.text === '...' || inside.text.startsWith('... (max_group_depth')) {
        group.truncated = true;
        if (inside.mark === 'text' && inside.level === level + 1) this.at++;
      } else {
        const member = this.readChain(level + 1, depth + 1);
        if (member) group.members.push(member);
      }
      this.skipClose(level + 1);
    }
  }

  private skipClose(level: number): void {
    const view = this.view(this.at);
    if (this.at < this.lines.length && view.mark === 'close' && view.level === level) this.at++;
  }

  /** Repeated frames are written out as far as the bound allows, so that recursion never pushes other frames out. */
  private expand(runs: readonly Run[]): Frame[] {
    const frames: Frame[] = [];
    let room = Math.max(0, DEFAULT_STACK_BOUNDS.frames - runs.length);
    for (const run of runs.toReversed()) {
      const copies = Math.min(run.repeated, room, this.expandable);
      room -= copies;
      this.expandable -= copies;
      frames.push(run.frame);
      for (let copy = 0; copy < copies; copy++) frames.push({ ...run.frame });
    }
    return frames;
  }
}

/** Code stands deeper than its frame. Where a collector trimmed the lines, one line after a frame is code if it names no error. */
/** The first line of code counts; marks under it and elisions are none. */
function keepCode(frame: Frame, text: string): void {
  if (frame.code === null && !isMarkerLine(text) && !isElision(text)) frame.code = text.trim();
}

function isCodeLine(text: string, frameIndent: number, run: Run): boolean {
  if (indentOf(text) > frameIndent && !isBlank(text)) return true;
  if (frameIndent > 0 || isBlank(text)) return false;
  return isMarkerLine(text) || (run.frame.code === null && !isCertainHead(text));
}

/** How deep the whole trace is indented, read off its first frame. */
function baseIndent(lines: readonly string[], start: number, startsWithFrame: boolean): number {
  const first = lines[start] ?? '';
  if (/^\s*[+|]/.test(first)) return Math.max(0, indentOf(first) - 2);
  const frame = pythonFrameLine(lines[startsWithFrame ? start : start + 1] ?? '');
  return Math.max(0, (frame?.indent ?? 2) - 2);
}

/**
 * A cause that was never raised has no frames: only `T: V`, a blank line and a chain sentence stand before the first
 * traceback. Its first line, or `start`.
 */
function startOfFramelessCause(lines: readonly string[], start: number): number {
  let index = start - 1;
  while (index >= 0 && isBlank(lines[index] ?? '')) index--;
  if (index < 1 || !chainSentence(lines[index] ?? '')) return start;
  for (let above = index - 1; above >= Math.max(0, index - 50); above--) {
    if (isCertainHead(lines[above] ?? '')) return above;
  }
  return skipBlank(lines, index + 1);
}
