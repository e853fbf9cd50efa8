import { boundWarnings, isObject, mergeFacts, readFacts, readFactsText } from './read-facts.ts';
import { NO_FACTS, type RunFacts } from './run-facts.ts';

const STATS = 'guardian:stats ';
const WARNING = 'guardian:warning ';
/** Record errors may be many, and only their first hundred are kept: the line may be longer than the stats may. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Reads `guardian:stats {…}` and `guardian:warning TEXT` from what a run writes, at the beginning of a line. The last stats line counts; warnings add up.
 * Other lines are passed over in constant memory.
 */
export function createOutputLines(): { read(text: string): void; facts(): RunFacts } {
  let facts: RunFacts = NO_FACTS;
  let warnings: string[] = [];
  /** The line so far, while it may be ours; null: it is not. */
  let parts: string[] | null = [];
  let length = 0;

  return {
    read(text) {
      let at = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
        take(text.slice(at, end));
        finishLine();
        at = end + 1;
      }
      if (at < text.length) take(text.slice(at));
    },
    facts() {
      finishLine();
      return mergeFacts({ ...facts, warnings: [] }, { ...NO_FACTS, warnings });
    },
  };

  function take(piece: string): void {
    if (!parts || piece === '') return;
    // The first pieces are put together until they are long enough to tell.
    if (length < WARNING.length) {
      const head = parts.join('') + piece;
      const isOurs = [STATS, WARNING].some((word) => word.startsWith(head) || head.startsWith(word));
      parts = isOurs ? [head] : null;
    } else parts.push(piece);
    length += piece.length;
    if (parts && length > LONGEST_LINE) {
      if (parts[0]!.startsWith(STATS)) facts = { ...NO_FACTS, problem: { kind: 'too_large', bytes: null } };
      parts = null;
    }
  }

  function finishLine(): void {
    const line = parts?.join('') ?? '';
    parts = [];
    length = 0;
    if (line.startsWith(STATS)) {
      const told = readFactsText(line.slice(STATS.length));
      facts = told;
      warnings = boundWarnings([...warnings, ...told.warnings]);
    } else if (line.startsWith(WARNING)) {
      const warning = line.slice(WARNING.length).trim();
      if (warning !== '') warnings = boundWarnings([...warnings, warning]);
    }
  }
}

/** Facts of a text that came whole: its `guardian:` lines; or, where it is a JSON object with `stats` in it, those. */
export function readFactsOfBody(text: string): RunFacts {
  const lines = createOutputLines();
  lines.read(text);
  return mergeFacts(lines.facts(), statsMember(text));
}

function statsMember(text: string): RunFacts {
  if (!/^\s{0,100}\{/.test(text)) return NO_FACTS;
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) && body.stats !== undefined ? readFacts(body.stats) : NO_FACTS;
  } catch {
    // A body need not be JSON: then it is output and nothing else.
    return NO_FACTS;
  }
}
