import type { Exception } from '../event.ts';
import { DEFAULT_STACK_BOUNDS, type StackBounds } from './bounds.ts';
import { dart } from './dart.ts';
import { dotnet } from './dotnet.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { browser, node } from './javascript.ts';
import type { ParsedTrace, StackLanguage } from './language.ts';
import { stackLines } from './log-record.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { swift } from './swift.ts';

/** In order of precedence: of two languages that read equally many frames, the first one here is right. */
export const STACK_LANGUAGES: readonly StackLanguage[] = [
  python,
  java,
  node,
  browser,
  go,
  ruby,
  php,
  dotnet,
  rust,
  dart,
  swift,
];

/**
 * Reads the stack trace that stands in a text, in whatever language reads the most frames of it; null when no frame
 * is found (`T: V` alone is a message). What stands before and after the trace is left alone; `fromLine` and `toLine`
 * count lines of the text from 0. A bound reached sets `truncated`. Linear in the length of the text, never throws.
 */
export function parseStack(text: string, bounds: StackBounds = DEFAULT_STACK_BOUNDS): ParsedTrace | null {
  const lines = stackLines(text);
  let best: ParsedTrace | null = null;
  let bestFrames = 0;
  for (const language of STACK_LANGUAGES) {
    const trace = language.parse(lines);
    const frames = trace ? countFrames(trace) : 0;
    if (trace && frames > bestFrames) {
      best = trace;
      bestFrames = frames;
    }
  }
  return best && bounded(best, bounds);
}

/** The trace as its language's runtime would print it; a language without traces of its own is printed as Node's. */
export function renderStack(exceptions: readonly Exception[]): string {
  const language = exceptions[0]?.language;
  return (STACK_LANGUAGES.find((one) => one.language === language) ?? node).render(exceptions);
}

function countFrames(trace: ParsedTrace): number {
  return trace.exceptions.reduce((sum, exception) => sum + exception.frames.length, 0);
}

/** Cuts to the bounds: the crash end of the frames, the first exceptions of the list and always the root cause. */
function bounded(trace: ParsedTrace, bounds: StackBounds): ParsedTrace {
  const limit = Math.max(1, bounds.exceptions);
  const kept = trace.exceptions.map((_, index) => index).filter((index) => index < limit);
  if (trace.rootIndex >= limit) kept[Math.max(1, limit - 1)] = trace.rootIndex;
  const newIndex = new Map(kept.map((old, index) => [old, index]));
  let isCut = kept.length < trace.exceptions.length;
  const exceptions = kept.flatMap((old) => {
    const exception = trace.exceptions[old];
    if (!exception) return [];
    const isLong = exception.frames.length > bounds.frames;
    isCut ||= isLong;
    return {
      ...exception,
      frames: isLong ? exception.frames.slice(0, bounds.frames) : exception.frames,
      parent: exception.parent === null ? null : (newIndex.get(exception.parent) ?? null),
      truncated: exception.truncated || isLong,
    };
  });
  const last = exceptions[newIndex.size - 1];
  if (last && kept.length < trace.exceptions.length) last.truncated = true;
  return { ...trace, exceptions, rootIndex: newIndex.get(trace.rootIndex) ?? 0, truncated: trace.truncated || isCut };
}
