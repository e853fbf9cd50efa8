import type { Frame } from '../event.ts';
import { type ExceptionNode, stackFrame } from './exception-node.ts';
import { isBlank, lineNumber } from './log-record.ts';

const CODE_LENGTH = 4096;

export interface UncaughtHeader {
  /** Where it was thrown, with the code of that line. */
  frame: Frame;
  fromLine: number;
  /** Gives the trace what only the header knows: the line's code, and for a SyntaxError the place itself. */
  addTo(raised: ExceptionNode): void;
}

/** `F:N`, the source line, `^`, maybe a blank line, right before `head`: what Node prints when nobody caught the error. */
export function uncaughtHeader(lines: readonly string[], head: number): UncaughtHeader | null {
  let caret = head - 1;
  if (isBlank(lines[caret] ?? '')) caret--;
  const marks = lines[caret] ?? '';
  if (caret < 2 || !/^\s*\^+\s*$/.test(marks)) return null;
  const place = headerPlace(lines[caret - 2] ?? '');
  if (!place) return null;
  const source = lines[caret - 1] ?? '';
  const code = source.length > CODE_LENGTH || isBlank(source) ? null : source.trim();
  const frame = stackFrame({ ...place, column: marks.indexOf('^') + 1, code });
  return {
    frame,
    fromLine: caret - 2,
    addTo: (raised) => {
      const crash = raised.frames[0];
      if (crash && crash.file === frame.file && crash.line === frame.line) crash.code = code;
      else if (raised.type === 'SyntaxError') raised.frames.unshift(frame);
    },
  };
}

/** `/srv/app/a.js:3`, `file:///srv/app/a.mjs:3`, `node:internal/x:274`. */
export function headerPlace(line: string): { file: string; line: number } | null {
  if (line.length > CODE_LENGTH || !/^(?:\/|[A-Za-z]:\\|[a-z][\w+.-]*:)\S/.test(line)) return null;
  const colon = line.lastIndexOf(':');
  const number = lineNumber(line.slice(colon + 1));
  return number === null ? null : { file: line.slice(0, colon), line: number };
}
