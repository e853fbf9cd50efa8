import type { Exception } from '../event.ts';
import {
  type DotnetHead,
  dotnetFrame,
  dotnetHead,
  formatDotnetFrame,
  innerHead,
  isInnerEnd,
  isMemberEnd,
  isRethrow,
} from './dotnet-lines.ts';
import { type ExceptionNode, exceptionNode, toTrace, toTree } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest, standsInHead } from './line-role.ts';
import { isBlank, startsLogRecord } from './log-record.ts';

/**
 * .NET: `Exception.ToString()`, alone, uncaught, or inside a log record. What stands behind `--->` caused what stands
 * before it, and its frames come first; the inner exceptions of an AggregateException are its members.
 */
export const dotnet: StackLanguage = {
  language: 'dotnet',
  classify: classifyDotnet,
  parse: parseDotnet,
  render: renderDotnet,
};

/** Lines of messages between the head and the first frame. */
const HEAD_LINES = 100;

function parseDotnet(lines: readonly string[]): ParsedTrace | null {
  const first = lines.findIndex((line) => dotnetFrame(line) !== null);
  if (first < 0) return null;
  const from = findHead(lines, first);
  const reader = new TraceReader();
  let next = from ?? first;
  let last = next;
  for (; next < lines.length && reader.take(lines[next] ?? ''); next++) {
    if (!isBlank(lines[next] ?? '')) last = next;
  }
  const { root, truncated } = reader.finish();
  return toTrace(root, { language: 'dotnet', truncated, fromLine: from ?? first, toLine: last });
}

/** The nearest line above the first frame that names an exception and is not an inner one. */
function findHead(lines: readonly string[], first: number): number | null {
  for (let line = first - 1; line >= Math.max(0, first - HEAD_LINES); line--) {
    const text = lines[line] ?? '';
    if (!innerHead(text) && dotnetHead(text)) return line;
    if (startsLogRecord(text)) break;
  }
  return null;
}

/** Reads the lines from the head on. Open exceptions stand on a stack: frames belong to the innermost. */
class TraceReader {
  private readonly open: ExceptionNode[] = [];
  private readonly all: ExceptionNode[] = [];
  private root: ExceptionNode | null = null;
  private hasFrames = false;

  /** False when the line is none of the trace's. */
  take(line: string): boolean {
    const current = this.open.at(-1);
    const frame = dotnetFrame(line);
    const inner = innerHead(line);
    if (frame) this.takeFrame(frame);
    else if (inner) return this.takeInner(inner);
    else if (isInnerEnd(line)) this.close();
    else if (isMemberEnd(line)) this.closeMember(line);
    else if (!current) return this.takeHead(line);
    else if (!this.hasFrames && !isRethrow(line)) return this.takeMessage(current, line);
    else return isRethrow(line) || isBlank(line);
    return true;
  }

  finish(): { root: ExceptionNode; truncated: boolean } {
    const root = this.root ?? exceptionNode(null, null);
    const isHeadless = root.type === null;
    const isCut = this.open.length > 1;
    for (const node of this.open.slice(isCut ? 0 : 1)) node.truncated = true;
    if (isHeadless) root.truncated = true;
    for (const node of this.all) node.message = node.message?.trimEnd() || null;
    return { root, truncated: isHeadless || isCut };
  }

  private takeFrame(frame: NonNullable<ReturnType<typeof dotnetFrame>>): void {
    if (this.open.length === 0) this.start(exceptionNode(null, null));
    this.open.at(-1)?.frames.push(frame);
    this.hasFrames = true;
  }

  private takeHead(line: string): boolean {
    const head = dotnetHead(line);
    if (!head) return false;
    this.start(this.nodeOf(head));
    return head.inner === null || this.takeInner({ text: head.inner, number: null });
  }

  private takeMessage(current: ExceptionNode, line: string): boolean {
    const trimmed = line.trimEnd();
    const arrow = trimmed.indexOf(' ---> ');
    if (arrow < 0) {
      current.message = `${current.message ?? ''}\n${trimmed}`;
      return true;
    }
    current.message = `${current.message ?? ''}\n${trimmed.slice(0, arrow)}`;
    return this.takeInner({ text: trimmed.slice(arrow + 6), number: null });
  }

  private takeInner({ text, number }: { text: string; number: number | null }): boolean {
    const head = dotnetHead(text.replace(/<---\s*$/, ''));
    const outer = number === null ? this.open.at(-1) : this.openGroup();
    if (!head || !outer) return false;
    // .NET Framework prints the first one twice.
    const again = number === 0 ? outer.members[0] : undefined;
    const node = again?.type === head.type ? exceptionNode(head.type, head.message) : this.nodeOf(head);
    if (again?.type !== head.type) attach(outer, node);
    this.open.push(node);
    this.hasFrames = false;
    if (head.inner !== null) return this.takeInner({ text: head.inner, number: null });
    if (text.trimEnd().endsWith('<---')) this.close();
    return true;
  }

  /** The group whose further members are listed: the innermost that is still open. */
  private openGroup(): ExceptionNode | undefined {
    const index = this.open.findLastIndex((node) => isGroup(node));
    if (index < 0) return undefined;
    this.open.length = index + 1;
    return this.open[index];
  }

  private close(): void {
    if (this.open.length > 1) this.open.pop();
    this.hasFrames = true;
  }

  /** `…<---` ends a member, at the end of its last line or on a line of its own. */
  private closeMember(line: string): void {
    const text = line.trimEnd().slice(0, -4);
    const frame = dotnetFrame(text);
    const current = this.open.at(-1);
    if (frame) this.takeFrame(frame);
    else if (current && !this.hasFrames) current.message = `${current.message ?? ''}\n${text}`;
    this.close();
  }

  private nodeOf({ type, message }: DotnetHead): ExceptionNode {
    const node = exceptionNode(type, message);
    this.all.push(node);
    return node;
  }

  private start(node: ExceptionNode): void {
    this.root = node;
    this.open.push(node);
  }
}

function isGroup(node: ExceptionNode): boolean {
  return /(?:^|\.)AggregateException$/.test(node.type ?? '');
}

function attach(outer: ExceptionNode, inner: ExceptionNode): void {
  if (isGroup(outer)) outer.members.push(inner);
  else outer.cause = inner;
}

function renderDotnet(exceptions: readonly Exception[]): string {
  const root = toTree(exceptions);
  if (!root) return '';
  const lines: string[] = [];
  printNode(root, 'Unhandled exception. ', lines);
  return `${lines.join('\n')}\n`;
}

const INNER_END = '   --- End of inner exception stack trace ---';

function printNode(root: ExceptionNode, lead: string, lines: string[]): void {
  const chain: ExceptionNode[] = [];
  for (let node: ExceptionNode | undefined = root; node; node = node.cause ?? node.members[0]) chain.push(node);
  printHeads(chain, lead, lines);
  for (const [index, node] of chain.toReversed().entries()) {
    if (index > 0) lines.push(INNER_END);
    lines.push(...node.frames.map(formatDotnetFrame));
    for (const [at, member] of node.members.slice(1).entries()) {
      printNode(member, ` ---> (Inner Exception #${at + 1}) `, lines);
      lines.push(`${lines.pop() ?? ''}<---`, '');
    }
  }
}

function printHeads(chain: readonly ExceptionNode[], lead: string, lines: string[]): void {
  for (const [index, { type, message }] of chain.entries()) {
    if (type !== null) lines.push(`${index === 0 ? lead : ' ---> '}${type}${message === null ? '' : `: ${message}`}`);
  }
}

function classifyDotnet(line: string, previous: LineRole | null): LineRole | null {
  if (isFrameLine(line)) return 'frame';
  if (previous !== null && (isInnerEnd(line) || isRethrow(line))) return 'code';
  const isInMessage = previous === 'start' || previous === 'continuation';
  if (innerHead(line)) {
    if (previous === null) return null;
    return isInMessage ? 'continuation' : 'link';
  }
  if (isCertainHead(line)) return isInMessage ? 'continuation' : 'start';
  return previous === null ? null : roleOfRest(line, standsInHead(previous));
}

/** The last frame of a member ends with the member's own mark. */
function isFrameLine(line: string): boolean {
  return dotnetFrame(line) !== null || (line.endsWith('<---') && dotnetFrame(line.slice(0, -4)) !== null);
}

function isCertainHead(line: string): boolean {
  const head = dotnetHead(line);
  if (head === null) return false;
  return head.type.includes('.') || /^(?:Unhandled [Ee]xception[.:]|Exception non gérée) /.test(line);
}
