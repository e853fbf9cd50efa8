import type { FunctionRange } from './enclosing-function.ts';
import { findEnclosingFunction } from './enclosing-function.ts';

export interface SnippetLimits {
  /** Lines shown before and after the failing one. */
  around: number;
  /** Longest enclosing function that is shown whole, lines. */
  functionLines: number;
  /** How far a line that is not where the trace says is looked for. */
  searchLines: number;
}

export const DEFAULT_SNIPPET_LIMITS: SnippetLimits = {
  around: 5, // one screen of a mail on a phone
  functionLines: 60, // covers nine functions of ten
  searchLines: 50, // a few commits between what runs and what is read move a line this far at most
};

export interface CutSnippet {
  line: number;
  fromLine: number;
  toLine: number;
  /** Byte for byte as in the file, without the last line's end. */
  code: string;
  function: string | null;
  moved: boolean;
}

/**
 * Cuts the lines around the failing one out of a file. `code` is the line as the trace shows it, if it does: where it is not in the file
 * within reach, the file is not what ran, and the answer is null. `grows`: up to the whole enclosing function.
 */
export function cutSnippet(
  text: string,
  where: { line: number; code: string | null; grows: boolean; limits?: Partial<SnippetLimits> },
): CutSnippet | null {
  const limits = { ...DEFAULT_SNIPPET_LIMITS, ...where.limits };
  const lines = splitLines(text);
  const line = locate(lines, where, limits.searchLines);
  if (line === null) return null;
  const plain = lines.map((raw) => raw.replace(/\r?\n$|\r$/, ''));
  const enclosing = findEnclosingFunction(plain, line);
  const range = rangeOf({ line, total: lines.length, enclosing: where.grows ? enclosing : null, limits });
  const code = lines
    .slice(range.from - 1, range.to)
    .join('')
    .replace(/\r?\n$/, '');
  return {
    line,
    fromLine: range.from,
    toLine: range.to,
    code,
    function: enclosing?.name ?? null,
    moved: line !== where.line,
  };
}

interface RangeInput {
  line: number;
  total: number;
  enclosing: FunctionRange | null;
  limits: SnippetLimits;
}

function rangeOf({ line, total, enclosing, limits }: RangeInput): { from: number; to: number } {
  const around = { from: Math.max(1, line - limits.around), to: Math.min(total, line + limits.around) };
  if (!enclosing) return around;
  const whole = { from: Math.min(around.from, enclosing.from), to: Math.max(around.to, enclosing.to) };
  if (whole.to - whole.from < limits.functionLines) return whole;
  // Too long: the part of the function around the line, two thirds of it above, where the values come from.
  const above = Math.floor((limits.functionLines * 2) / 3);
  const from = Math.max(whole.from, Math.min(line - above, whole.to - limits.functionLines + 1));
  return { from, to: Math.min(whole.to, from + limits.functionLines - 1) };
}

function locate(
  lines: readonly string[],
  { line, code }: { line: number; code: string | null },
  reach: number,
): number | null {
  if (code === null || code.trim() === '') return line >= 1 && line <= lines.length ? line : null;
  const wanted = collapse(code);
  for (let distance = 0; distance <= reach; distance++) {
    for (const at of distance === 0 ? [line] : [line - distance, line + distance]) {
      const text = lines[at - 1];
      if (text !== undefined && isSameCode(collapse(text), wanted)) return at;
    }
  }
  return null;
}

/** The trace may show the line cut, or with values taken out of it. */
function isSameCode(inFile: string, inTrace: string): boolean {
  if (inFile === inTrace) return true;
  const shown = inTrace.split('[redacted')[0] ?? '';
  return (
    shown.length >= 12 && shown.length < inTrace.length + (inTrace.length >= 120 ? 1 : 0) && inFile.startsWith(shown)
  );
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** Lines with their ends, so that joining them gives the file back. */
function splitLines(text: string): string[] {
  const lines = text.split(/(?<=\n)/);
  return lines.length === 1 && lines[0] === '' ? [] : lines;
}
