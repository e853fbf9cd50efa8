/** A quoted text and the place behind its closing quote. */
export interface Quoted {
  text: string;
  end: number;
}

const SIMPLE: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };

/**
 * Reads the text whose opening quote stands at `start`: `\"`, `\\`, `\n`, `\xHH` (bytes of UTF-8, as nginx and Apache write them) and `\uHHHH` are
 * turned back. Null when no quote closes it. Linear.
 */
export function readQuoted(line: string, start: number): Quoted | null {
  const close = line.indexOf('"', start + 1);
  if (close < 0) return null;
  const backslash = line.indexOf('\\', start + 1);
  if (backslash < 0 || backslash > close) return { text: line.slice(start + 1, close), end: close + 1 };
  let end = start + 1;
  while (end < line.length && line.charCodeAt(end) !== 34) end += line.charCodeAt(end) === 92 ? 2 : 1;
  if (end >= line.length) return null;
  return { text: withoutEscapeSequences(line.slice(start + 1, end)), end: end + 1 };
}

/** Escape sequences turned back; unknown ones stay as they are. */
function withoutEscapeSequences(text: string): string {
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+|\\u[0-9a-fA-F]{4}|\\./gs, (found) => {
    const kind = found[1] ?? '';
    if (kind === 'x' && found.length > 2) return Buffer.from(found.replaceAll('\\x', ''), 'hex').toString('utf8');
    if (kind === 'u' && found.length === 6) return String.fromCharCode(Number.parseInt(found.slice(2), 16));
    if (kind === '"' || kind === '\\' || kind === '/') return kind;
    return SIMPLE[kind] ?? found;
  });
}
