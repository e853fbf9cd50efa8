import { indentOf, isLevelWord, lineNumber } from './log-record.ts';

// What the lines of a CPython trace look like (Lib/traceback.py, Modules/faulthandler.c; 2.7 to 3.14).

export const TRACEBACK = 'Traceback (most recent call last):';
export const GROUP_TRACEBACK = `Exception Group ${TRACEBACK}`;
export const CAUSE_SENTENCE = 'The above exception was the direct cause of the following exception:';
export const CONTEXT_SENTENCE = 'During handling of the above exception, another exception occurred:';

/** `Thread 0x… (most recent call first):`, as faulthandler prints each thread. */
const THREAD = /^(Current thread|Thread) 0x[0-9a-f]+ .{0,200}\(most recent call first\):$/;

export function threadHeader(line: string): 'current' | 'other' | null {
  if (!line.endsWith('first):')) return null;
  const match = THREAD.exec(line.trim());
  return match ? (match[1] === 'Thread' ? 'other' : 'current') : null;
}

export function chainSentence(text: string): 'cause' | 'context' | null {
  const trimmed = text.trim();
  if (trimmed === CAUSE_SENTENCE) return 'cause';
  return trimmed === CONTEXT_SENTENCE ? 'context' : null;
}

export interface PythonFrameLine {
  file: string;
  line: number;
  /** Null for the place of a SyntaxError. */
  function: string | null;
  indent: number;
}

/** `File "F", line N, in M`, faulthandler's `File "F", line N in M`, SyntaxError's `File "F", line N`. */
export function pythonFrameLine(text: string): PythonFrameLine | null {
  const indent = indentOf(text);
  if (!text.startsWith('File "', indent)) return null;
  const close = text.lastIndexOf('", line ');
  if (close < indent + 6) return null;
  const rest = text.slice(close + 8).trimEnd();
  const digits = /^\d+/.exec(rest)?.[0] ?? '';
  const line = lineNumber(digits);
  if (line === null) return null;
  const after = rest.slice(digits.length);
  const name = after === '' ? null : /^,? in (\S.*)$/s.exec(after)?.[1];
  if (name === undefined) return null;
  return { file: text.slice(indent + 6, close), line, function: name, indent };
}

/** `[Previous line repeated N more times]` → N. */
export function repeatedTimes(text: string): number | null {
  const match = /^\[Previous line repeated (\d{1,9}) more times?\]$/.exec(text.trim());
  return match ? Number(match[1]) : null;
}

/** The line under a code line that marks the expression: only `^`, `~` and spaces. */
export function isMarkerLine(text: string): boolean {
  return /^[\s~^]+$/.test(text) && /[~^]/.test(text);
}

/** `...<4 lines>...`: what 3.13 leaves out of a long expression. */
export function isElision(text: string): boolean {
  return /^\s*\.\.\.<\d{1,9} lines?>\.\.\.\s*$/.test(text);
}

const SEGMENT = String.raw`(?:[\p{L}_][\p{L}\p{N}_]*|<locals>|<lambda>|<genexpr>|<listcomp>)`;
const HEAD = new RegExp(String.raw`^(${SEGMENT}(?:\.${SEGMENT})*)(?::(?: (.*))?)?$`, 'su');

export interface PythonHead {
  type: string;
  message: string | null;
}

/** `T: V` or `T`, the line that ends a block. */
export function pythonHead(text: string): PythonHead | null {
  const match = HEAD.exec(text);
  const type = match?.[1];
  if (!type || isLevelWord(type)) return null;
  return { type, message: text.length === type.length ? null : (match?.[2] ?? '') };
}

/** A head that is one beyond doubt, even where no frames led to it. */
export function isCertainHead(text: string): boolean {
  return /^(?:[\p{L}_][\p{L}\p{N}_]*\.)*[\p{L}\p{N}_]*(?:Error|Exception|Warning|Exit|Interrupt|Group|Iteration)(?::|$)/u.test(
    text,
  );
}

export interface GroupLine {
  /** 0 outside groups; each group level is two columns deeper. */
  level: number;
  /** `first`, `next`: a member begins, on this level or one deeper; `close` ends the members of `level`. */
  mark: 'text' | 'header' | 'member' | 'close';
  text: string;
}

const MEMBER = /^(\+-)?\+-{4,40} (\d{1,9}|\.\.\.) -{4,40}$/;

/** One line inside an exception group; outside (`inGroup` false) only a group's header has a level. */
export function groupLine(line: string, base: number, inGroup: boolean): GroupLine {
  const text = dropIndent(line, base);
  const indent = indentOf(text);
  const sign = text[indent];
  if (sign === '+' && text.startsWith(`+ ${GROUP_TRACEBACK}`, indent)) {
    return { level: indent >> 1, mark: 'header', text: GROUP_TRACEBACK };
  }
  if (!inGroup || indent < 2) return { level: 0, mark: 'text', text };
  if (sign === '|') {
    return { level: indent >> 1, mark: 'text', text: text.slice(indent + (text[indent + 1] === ' ' ? 2 : 1)) };
  }
  return (sign === '+' ? memberOrClose(text, indent) : null) ?? { level: 0, mark: 'text', text };
}

function memberOrClose(text: string, indent: number): GroupLine | null {
  const rest = text.slice(indent, indent + 120).trimEnd();
  const member = MEMBER.exec(rest);
  if (member) return { level: (indent >> 1) + (member[1] ? 1 : 0), mark: 'member', text: member[2] ?? '' };
  return /^\+-{4,100}$/.test(rest) ? { level: indent >> 1, mark: 'close', text: '' } : null;
}

function dropIndent(line: string, base: number): string {
  return base === 0 ? line : line.slice(Math.min(base, indentOf(line)));
}
