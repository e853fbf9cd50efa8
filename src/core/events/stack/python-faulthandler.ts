import type { Frame } from '../event.ts';
import { exceptionNode, stackFrame, toTrace } from './exception-node.ts';
import type { ParsedTrace } from './language.ts';
import { skipBlank } from './log-record.ts';
import { pythonFrameLine, threadHeader } from './python-lines.ts';

/** How a crash of the interpreter itself is typed. */
export const FATAL_ERROR = 'Fatal Python error';

/**
 * What the faulthandler module prints when the interpreter dies: crash first, no code, no comma before `in`. The
 * current thread counts; the others tell what else ran.
 */
export function parseFaulthandler(lines: readonly string[], firstThread: number): ParsedTrace | null {
  let best: { frames: Frame[]; truncated: boolean } | null = null;
  let end = firstThread;
  for (let index = firstThread; index < lines.length; ) {
    const thread = threadHeader(lines[index] ?? '');
    if (!thread) break;
    const { frames, truncated, next } = readThread(lines, index + 1);
    if (frames.length > 0 && (!best || thread === 'current')) best = { frames, truncated };
    end = next;
    index = skipBlank(lines, next);
  }
  if (!best) return null;
  const head = findHead(lines, firstThread);
  const node = exceptionNode(head?.type ?? null, head?.message ?? null, best.frames);
  node.truncated = best.truncated;
  return toTrace(node, {
    language: 'python',
    truncated: best.truncated,
    fromLine: head?.line ?? firstThread,
    toLine: end - 1,
  });
}

function readThread(lines: readonly string[], from: number): { frames: Frame[]; truncated: boolean; next: number } {
  const frames: Frame[] = [];
  let index = from;
  for (; index < lines.length; index++) {
    const frame = pythonFrameLine(lines[index] ?? '');
    if (!frame) break;
    frames.push(stackFrame({ file: frame.file, line: frame.line, function: frame.function }));
  }
  // faulthandler stops at 100 frames and says so with three dots.
  const truncated = (lines[index] ?? '').trim() === '...';
  return { frames, truncated, next: truncated ? index + 1 : index };
}

function findHead(lines: readonly string[], thread: number): { type: string; message: string; line: number } | null {
  for (let index = thread - 1; index >= Math.max(0, thread - 6); index--) {
    const match = /^(Fatal Python error|Windows fatal exception): (.*)$/.exec(lines[index] ?? '');
    if (match) return { type: match[1] ?? FATAL_ERROR, message: match[2] ?? '', line: index };
  }
  return null;
}
