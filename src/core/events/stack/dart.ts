import type { Exception, Frame } from '../event.ts';
import { exceptionNode, stackFrame, toTrace, toTree } from './exception-node.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest } from './line-role.ts';
import { lineNumber, startsLogRecord } from './log-record.ts';

/** Dart and Flutter: what the virtual machine prints (`runtime/lib/stacktrace.cc`). One exception, no causes. */
export const dart: StackLanguage = { language: 'dart', classify: classifyDart, parse: parseDart, render: renderDart };

const LINE_LENGTH = 8192;
/** Lines of a message: a FormatException shows its source. */
const MESSAGE_LINES = 100;
const SUSPENSION = '<asynchronous suspension>';
const UNHANDLED = /(?:^|\s)Unhandled [Ee]xception:\s*(.*)$/s;
const HEAD =
  /^((?:_?[A-Z]\w{0,200}\.)?_?[A-Z]\w{0,200}(?:Error|Exception|Failure)|Exception)(?: \([^)]{0,200}\))?(?:: ?(.*))?$/s;

/** `#N      M (F[:L[:C]])`. */
function dartFrame(line: string): Frame | null {
  const lead = line.length > LINE_LENGTH ? null : /^\s{0,8}#\d{1,6}\s{1,12}(?=\S)/.exec(line)?.[0];
  const text = line.trimEnd();
  const open = text.endsWith(')') ? text.lastIndexOf(' (') : -1;
  if (!lead || open < lead.length) return null;
  const inside = text.slice(open + 2, -1);
  const place = /(?::(\d{1,9}))?(?::(\d{1,9}))?$/.exec(inside.slice(-20));
  const file = inside.slice(0, inside.length - (place?.[0].length ?? 0));
  if (!/^(?:package:|dart:)|\.dart$/.test(file)) return null;
  const numbers = { line: lineNumber(place?.[1] ?? ''), column: lineNumber(place?.[2] ?? '') };
  return stackFrame({ ...splitName(text.slice(lead.length, open)), file, ...numbers });
}

/** `Cart.total.<anonymous closure>` → `Cart`, `total.<anonymous closure>`; a function of no class keeps its name. */
function splitName(name: string): Pick<Frame, 'module' | 'function'> {
  const match = /^(_?[A-Z][\w$]{0,200}(?:<[^>]{0,200}>)?)\.(.+)$/.exec(name);
  return match ? { module: match[1] ?? null, function: match[2] ?? '' } : { module: null, function: name };
}

function parseDart(lines: readonly string[]): ParsedTrace | null {
  const first = lines.findIndex((line) => dartFrame(line) !== null);
  if (first < 0) return null;
  const frames: Frame[] = [];
  let next = first;
  for (; next < lines.length; next++) {
    const frame = dartFrame(lines[next] ?? '');
    if (frame) frames.push(frame);
    else if ((lines[next] ?? '').trim() !== SUSPENSION) break;
  }
  const head = readHead(lines, first);
  const node = exceptionNode(head?.type ?? null, head?.message ?? null, frames);
  node.truncated = head === null;
  const fromLine = head?.line ?? first;
  return toTrace(node, { language: 'dart', truncated: head === null, fromLine, toLine: next - 1 });
}

interface DartHead {
  type: string | null;
  message: string | null;
  line: number;
}

/** `Unhandled exception:` and all below it; else the nearest line above that names an error. */
function readHead(lines: readonly string[], first: number): DartHead | null {
  let likely: DartHead | null = null;
  for (let line = first - 1; line >= Math.max(0, first - MESSAGE_LINES); line--) {
    const text = lines[line] ?? '';
    const unhandled = text.length > 2 * LINE_LENGTH ? null : UNHANDLED.exec(text);
    const below = lines.slice(line + 1, first);
    if (unhandled) return named(unhandled[1] === '' ? below : [unhandled[1] ?? '', ...below], line);
    if (!likely && HEAD.test(text)) likely = named([text, ...below], line);
    if (startsLogRecord(text)) break;
  }
  return likely;
}

function named(text: readonly string[], line: number): DartHead {
  const value = text.join('\n').trimEnd();
  const head = HEAD.exec(value);
  const message = head ? (head[2] ?? '') : value;
  return { type: head?.[1] ?? null, message: message === '' ? null : message, line };
}

function renderDart(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const { type, message } = raised;
  const value = type === null ? message : message === null ? type : `${type}: ${message}`;
  const frames = raised.frames.map((frame, index) => {
    const name = frame.module === null ? (frame.function ?? '') : `${frame.module}.${frame.function ?? ''}`;
    const places = [frame.file ?? '<unknown>', frame.line, frame.column].filter((part) => part !== null);
    return `${`#${index}`.padEnd(8)}${name} (${places.join(':')})`;
  });
  return `${[...(value === null ? [] : ['Unhandled exception:', value]), ...frames].join('\n')}\n`;
}

function classifyDart(line: string, previous: LineRole | null): LineRole | null {
  if (dartFrame(line)) return 'frame';
  if (UNHANDLED.test(line.slice(0, 1000))) return 'start';
  if (previous === null) return null;
  if (line.trim() === SUSPENSION) return 'code';
  return roleOfRest(line, previous === 'start' || previous === 'continuation');
}
