import type { Exception } from './event.ts';
import type { ParsedTrace } from './stack/language.ts';

/** What a text's stack came to: frozen, because all events of equal stacks share it. */
export interface SharedTrace {
  readonly exceptions: Exception[];
  readonly stackText: string;
  readonly truncated: boolean;
}

export interface StackCache {
  /** The stack in the text; null when there is none. Equal texts are parsed once while they are remembered. */
  parse(text: string): SharedTrace | null;
  /** Texts whose parsing threw (counted, treated as without a stack). */
  failures(): number;
}

/** Bounds of what is remembered. */
export const DEFAULT_STACK_CACHE = {
  /** Distinct texts: far more than a crash loop has. */
  entries: 1_000,
  /** Characters of all remembered texts; what is parsed of them takes about four times as much. */
  characters: 4_194_304,
} as const;

export function createStackCache(parseStack: (text: string) => ParsedTrace | null): StackCache {
  const byText = new Map<string, SharedTrace | null>();
  let characters = 0;
  let failed = 0;

  const recall = (text: string): SharedTrace | null | undefined => {
    const found = byText.get(text);
    if (found === undefined) return undefined;
    byText.delete(text);
    byText.set(text, found);
    return found;
  };
  const remember = (text: string, trace: SharedTrace | null): void => {
    byText.set(text, trace);
    characters += text.length;
    for (const [oldest] of byText) {
      if (byText.size <= DEFAULT_STACK_CACHE.entries && characters <= DEFAULT_STACK_CACHE.characters) break;
      byText.delete(oldest);
      characters -= oldest.length;
    }
  };
  const read = (text: string): SharedTrace | null => {
    let parsed: ParsedTrace | null;
    try {
      parsed = parseStack(text);
    } catch {
      failed++;
      return null;
    }
    if (parsed === null || parsed.exceptions.length === 0) return null;
    const lines = text.split('\n');
    const cut = lines.slice(parsed.fromLine, parsed.toLine + 1).join('\n');
    const stackText = cut === '' || cut === text ? text : cut;
    // The same stack behind another message: its exceptions are shared too.
    const known = stackText === text ? undefined : recall(stackText);
    if (known) return known;
    const trace = freeze({ exceptions: parsed.exceptions, stackText, truncated: parsed.truncated });
    if (stackText !== text) remember(stackText, trace);
    return trace;
  };
  return {
    parse(text) {
      const known = recall(text);
      if (known !== undefined) return known;
      const trace = read(text);
      remember(text, trace);
      return trace;
    },
    failures: () => failed,
  };
}

function freeze(trace: SharedTrace): SharedTrace {
  for (const exception of trace.exceptions) {
    for (const frame of exception.frames) Object.freeze(frame);
    Object.freeze(exception.frames);
    Object.freeze(exception);
  }
  Object.freeze(trace.exceptions);
  return Object.freeze(trace);
}
