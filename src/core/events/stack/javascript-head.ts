import { indentOf, isBlank, isLevelWord, startsLogRecord } from './log-record.ts';

export interface JavascriptHead {
  type: string;
  message: string | null;
  /** The name says that it is an error, or the runtime said it was not caught. */
  isCertain: boolean;
}

const HEAD =
  /^(Uncaught (?:\(in promise\) )?|Unhandled Promise Rejection: )?([\p{L}_$][\p{L}\p{N}_$.]*)( \[[\w.-]{1,100}\])?(?:: ?(.*))?$/su;
const CERTAIN = /(?:Error|Exception|Warning|Rejection|Failure|Fault)$/;

/** `[Uncaught ]T[ [CODE]]: V` from the start of the text. The code is dropped: the type is what the source calls it. */
export function javascriptHead(text: string): JavascriptHead | null {
  const match = HEAD.exec(text);
  const type = match?.[2];
  if (!match || !type || isLevelWord(type) || type.endsWith('.')) return null;
  const isCertain = CERTAIN.test(type) || match[3] !== undefined || match[1] !== undefined;
  return { type, message: match[4] === undefined || match[4] === '' ? null : match[4], isCertain };
}

/** `[T: V]`, how Node prints an error without frames; `rest` is what follows the bracket. */
export function bracketedHead(text: string): { head: JavascriptHead; rest: string } | null {
  if (!text.startsWith('[')) return null;
  const close = text.lastIndexOf(']');
  const head = close > 1 ? javascriptHead(text.slice(1, close)) : null;
  return head && { head, rest: text.slice(close + 1) };
}

/** An error named inside a line that begins with something else (`12:00 error: Error: boom`). */
export function headInside(line: string): JavascriptHead | null {
  const match = /(?:^|[\s(:\]])([A-Z][\w$]*)( \[[\w.-]{1,100}\])?(?=:\s|$)/g;
  for (let found = match.exec(line); found; found = match.exec(line)) {
    const type = found[1] ?? '';
    if (!/(?:Error|Exception)$/.test(type)) continue;
    const message = line.slice(found.index + found[0].length).replace(/^:\s/, '');
    return { type, message: message === '' ? null : message, isCertain: true };
  }
  return null;
}

/** How far above the first frame its head may stand: messages of validators and query builders run long. */
const HEAD_LINES = 100;

export interface FoundHead {
  head: JavascriptHead;
  line: number;
}

/**
 * The line above `firstFrame` that names the error. The nearest certain one wins; a capitalised name only when none
 * stands in the same paragraph.
 */
export function findHead(lines: readonly string[], firstFrame: number): FoundHead | null {
  let likely: FoundHead | null = null;
  for (let index = firstFrame - 1; index >= Math.max(0, firstFrame - HEAD_LINES); index--) {
    const line = lines[index]!;
    if (isBlank(line)) {
      if (likely) return likely;
      continue;
    }
    const text = line.slice(indentOf(line)).replace(/^\[?cause\]?: /, '');
    const head = javascriptHead(text);
    if (head?.isCertain) return { head, line: index };
    const inside = headInside(text);
    if (inside) return { head: inside, line: index };
    if (head && !likely && /^\p{Lu}/u.test(head.type)) likely = { head, line: index };
    if (startsLogRecord(line)) break;
  }
  return likely;
}
