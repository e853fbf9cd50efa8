import type { Exception, Language } from '../event.ts';

/**
 * What one language's traces look like. Everything is linear in the length of its input and never throws. Each file in this
 * folder exports one of these; `parse-stack.ts` lists them, and the line joiner runs on `classify` alone.
 */
export interface StackLanguage {
  readonly language: Language;
  /**
   * The role of one line (no line end, ANSI escapes gone) inside or at the start of this language's traces; null when it has none.
   * `previous` is the role of the line before it in the open trace, null when no trace is open: some roles (`code`, `continuation`)
   * exist only after another.
   */
  classify(line: string, previous: LineRole | null): LineRole | null;
  /** Reads the trace that stands in these lines; null when there is none. Text before and after it is left alone. */
  parse(lines: readonly string[]): ParsedTrace | null;
  /** The trace as the runtime would print it: `parse(render(x))` gives `x` back. */
  render(exceptions: readonly Exception[]): string;
}

/**
 * `start` opens a trace (Python's `Traceback …`, Java's `a.b.CException: …` only when a frame must follow), `frame` and `code` belong to it,
 * `link` announces another exception of the chain, `continuation` continues a message (only in the head), `end` closes it, `blank` may be inside.
 */
export type LineRole = 'start' | 'frame' | 'code' | 'link' | 'continuation' | 'end' | 'blank';

export interface ParsedTrace {
  language: Language;
  /** Raised one first, then what caused it; frames crash first. */
  exceptions: Exception[];
  /** Index in `exceptions` of the root cause as the language defines it. */
  rootIndex: number;
  /** The text ends inside the trace: whole frames are kept, the rest is unknown. */
  truncated: boolean;
  /** The lines of the input it took, first and last. */
  fromLine: number;
  toLine: number;
}
