import type { LineRole, StackLanguage } from './language.ts';
import { roleOfRest } from './line-role.ts';
import { isBlank, startsLogRecord } from './log-record.ts';
import {
  chainSentence,
  groupLine,
  isElision,
  isMarkerLine,
  pythonFrameLine,
  pythonHead,
  repeatedTimes,
  TRACEBACK,
  threadHeader,
} from './python-lines.ts';
import { parsePython } from './python-parse.ts';
import { renderPython } from './python-render.ts';

/**
 * CPython: tracebacks with their chains and groups, SyntaxErrors, and what faulthandler prints. In a chain the first
 * block is the root cause and the last one was raised, so the list begins with the last.
 */
export const python: StackLanguage = {
  language: 'python',
  classify: classifyPython,
  parse: parsePython,
  render: renderPython,
};

/** In an open exception group. */
const GROUP_ROLES = { member: 'link', close: 'end' } as const;

function classifyPython(line: string, previous: LineRole | null): LineRole | null {
  const trimmed = line.trimEnd();
  if (trimmed.endsWith(TRACEBACK)) return 'start';
  if (threadHeader(line)) return previous === null ? 'start' : 'link';
  if (/^(?:Fatal Python error|Windows fatal exception): /.test(line)) return 'start';
  const { mark, text, level } = groupLine(line, 0, true);
  if (mark === 'member' || mark === 'close') return previous === null ? null : GROUP_ROLES[mark];
  if (pythonFrameLine(text)) return 'frame';
  if (chainSentence(text)) return 'link';
  if (previous === null) return null;
  if (isBlank(line)) return roleOfRest(line, previous === 'start' || previous === 'continuation');
  if (level > 0) return groupText(text, previous);
  return plainText(text, previous);
}

/** Inside a group's margin every line belongs to it, those of a long message as well. */
function groupText(text: string, previous: LineRole): LineRole {
  const role = plainText(text, previous);
  if (role) return role;
  if (isBlank(text)) return 'blank';
  if (previous === 'link') return pythonHead(text) ? 'end' : 'continuation';
  return previous === 'start' || previous === 'continuation' ? 'continuation' : 'end';
}

function plainText(text: string, previous: LineRole): LineRole | null {
  if (previous === 'frame' || previous === 'code') {
    if (/^\s/.test(text) || repeatedTimes(text) !== null || isMarkerLine(text) || isElision(text)) return 'code';
    return pythonHead(text.trimEnd()) && !startsLogRecord(text) ? 'end' : null;
  }
  // The message stands at the end: its further lines, where they are indented, and a worker's quotes end it again.
  return previous === 'end' && (/^\s/.test(text) || text.trim() === '"""') ? 'end' : null;
}
