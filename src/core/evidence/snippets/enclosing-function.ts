export interface FunctionRange {
  /** 1-based; decorators and annotations included. */
  from: number;
  to: number;
  name: string | null;
}

/** How far up a header is looked for, lines. */
const REACH = 400;
const CONTROL =
  /^\}?\s*(?:if|for|foreach|while|switch|catch|else|elif|try|with|do|synchronized|using|lock|unless|when|case|match|loop|finally|except|return|throw|new|await)\b/;
const LOOP =
  /^\s*(?:async\s+)?(?:for|foreach|while|loop|do|until)\b|\.(?:forEach|map|filter|reduce|each|each_with_index|times)\b/;
const KEYWORD =
  /(?:^|\s)(?:async\s+)?(?:def|func|fun|fn|function|sub|proc|method)\b\s*\*?\s*(?:\([^()]*\)\s*)?([\w$.?!]*)/;
const METHOD = /^(?:[\w<>,[\]?.*&@:]+\s+)*?(?:\*\s*)?([\w$#~]+)\s*(?:<[^<>()]*>)?\s*\(/;
const ARROW = /(?:^|[\s.])([\w$]+)\s*[:=]\s*(?:async\s*)?(?:\([^()]*\)|[\w$]+)\s*(?::[^=]+)?=>/;

/**
 * The function that holds the line, in any language, by what all of them share: a header, indented less than its body, and an end at the
 * header's own depth. Null when the line stands in none.
 */
export function findEnclosingFunction(lines: readonly string[], line: number): FunctionRange | null {
  const own = lines[line - 1];
  if (own === undefined || own.trim() === '') return null;
  const onHeader = headerAt(lines, line);
  if (onHeader) return complete(lines, onHeader.line, onHeader.name);
  let depth = indentOf(own);
  for (let at = line - 1; at >= Math.max(1, line - REACH) && depth > 0; at--) {
    const text = lines[at - 1] ?? '';
    if (text.trim() === '' || indentOf(text) >= depth || isBrace(text)) continue;
    depth = indentOf(text);
    const header = headerAt(lines, at);
    if (header) return complete(lines, header.line, header.name);
  }
  return null;
}

/**
 * The last line of the function that can have run before the failing one: that line itself, or the end of the outermost loop around it.
 * What stands below has not run yet, and cannot have caused the failure.
 */
export function lastLineRunBefore(lines: readonly string[], { from }: FunctionRange, line: number): number {
  let depth = indentOf(lines[line - 1] ?? '');
  let last = line;
  for (let at = line - 1; at > from; at--) {
    const text = lines[at - 1] ?? '';
    if (text.trim() === '' || indentOf(text) >= depth) continue;
    depth = indentOf(text);
    if (LOOP.test(text)) last = Math.max(last, complete(lines, at, null).to);
  }
  return last;
}

/** The header that this line is, or whose last line it is (`) {` under a long list of parameters). */
function headerAt(lines: readonly string[], line: number): { line: number; name: string | null } | null {
  const text = (lines[line - 1] ?? '').slice(0, 500);
  const trimmed = text.trim();
  if (/^\)/.test(trimmed)) {
    for (let at = line - 1; at >= Math.max(1, line - 40); at--) {
      const above = lines[at - 1] ?? '';
      if (above.trim() === '' || indentOf(above) > indentOf(text)) continue;
      const name = nameOf(above.trim().slice(0, 500), { opens: true, isWhole: false });
      return name === undefined ? null : { line: at, name };
    }
    return null;
  }
  const opens = /[{:]\s*(?:(?:\/\/|#).*)?$|=>|^\s*(?:async\s+)?def\b/.test(text) || /^\s*\{/.test(lines[line] ?? '');
  const name = nameOf(trimmed, { opens, isWhole: true });
  return name === undefined ? null : { line, name };
}

/** The function's name, null for one without, undefined when the line is no header. `isWhole`: its parameters end on it. */
function nameOf(trimmed: string, { opens, isWhole }: { opens: boolean; isWhole: boolean }): string | null | undefined {
  if (CONTROL.test(trimmed) || /^(?:\/\/|#|\*|\/\*|@)/.test(trimmed)) return undefined;
  const keyword = KEYWORD.exec(trimmed);
  if (keyword && !/^\w+\s*=\s*["'`]/.test(trimmed)) return keyword[1] || null;
  const arrow = ARROW.exec(trimmed);
  if (arrow) return arrow[1] ?? null;
  if (!opens || /[=;]\s*$/.test(trimmed)) return undefined;
  const method = /[^\w$]?=[^=>]/.test(trimmed.split('(')[0] ?? '') ? null : METHOD.exec(trimmed);
  return method && (!isWhole || /\)[^()]*$/.test(trimmed)) ? (method[1] ?? null) : undefined;
}

function complete(lines: readonly string[], header: number, name: string | null): FunctionRange {
  const depth = indentOf(lines[header - 1] ?? '');
  let to = header;
  for (let at = header + 1; at <= lines.length; at++) {
    const text = lines[at - 1]!;
    if (text.trim() === '') continue;
    if (indentOf(text) > depth) to = at;
    else if (/^\s*(?:[)\]}{]|end\b)/.test(text)) {
      to = at;
      // `) {` and a brace of its own line open the body; a brace alone closes it.
      if (!/\{\s*$|:\s*$/.test(text)) break;
    } else break;
  }
  let from = header;
  while (from > 1 && /^\s*(?:@\w|#\[)/.test(lines[from - 2] ?? '')) from--;
  return { from, to, name };
}

/** A closing bracket, or an opening brace on a line of its own: neither is a header. */
function isBrace(text: string): boolean {
  return /^\s*\{\s*$/.test(text) || (/^\s*[}\]]/.test(text) && !/\{\s*$/.test(text));
}

/** Columns of leading white space; a tab goes to the next multiple of four. */
function indentOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === ' ') columns++;
    else if (character === '\t') columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}
