/** A sentence of a text, and where it starts (UTF-16 units). */
export interface Sentence {
  readonly text: string;
  readonly at: number;
}

/** A sentence that never ends is cut here (characters), at a space where there is one. */
const LONGEST_SENTENCE = 1000;

/** Abbreviations whose full stop ends no sentence. */
const ABBREVIATION =
  /(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|cf|fig|eq|no|approx|inc|ltd|co|corp|jr|sr|al|m|mm|mme|mlle|pr|p\.ex|env|[a-z])$/i;

/** Characters; text that is wrapped at a width has no shorter lines inside a sentence. */
const SHORTEST_WRAPPED_LINE = 40;
const WORD_AT_END = /[\p{L}\p{N}],?-?$/u;
/** Small letters, not far from the margin: no stack line ("    at …"), no `key: value`, no code. */
const NEXT_LINE = /^\s{0,3}(?!at )\p{Ll}[\p{L}-]*(?![\p{L}:=({;._/-])/u;

const END = /[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]+|\r?\n[ \t\r]*\n?|\r/g;

/** The sentences of a text, in order, without empty ones. Line ends end a sentence; so does a full stop that no abbreviation needs. */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(END)) {
    const end = match.index + match[0].length;
    if (match[0] === '.' && isAbbreviated(text, start, match.index)) continue;
    if (isWrap(text, match[0], match.index)) continue;
    addSentence(sentences, text, start, end);
    start = end;
  }
  addSentence(sentences, text, start, text.length);
  return sentences;
}

function isAbbreviated(text: string, start: number, stop: number): boolean {
  return ABBREVIATION.test(text.slice(Math.max(start, stop - 12), stop));
}

/** A single line end inside a sentence: the line before is long and ends in a word, the next one goes on in small letters. */
function isWrap(text: string, end: string, at: number): boolean {
  if (!/^\r?\n[ \t]*$/.test(end)) return false;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  if (at - lineStart < SHORTEST_WRAPPED_LINE) return false;
  const next = text.slice(at, at + 40);
  return WORD_AT_END.test(text.slice(at - 2, at)) && NEXT_LINE.test(next);
}

function addSentence(sentences: Sentence[], text: string, start: number, end: number): void {
  let from = start;
  while (from < end) {
    const to = end - from <= LONGEST_SENTENCE ? end : cutAt(text, from);
    const piece = text.slice(from, to);
    const trimmed = piece.trim();
    if (trimmed !== '') sentences.push({ text: trimmed, at: from + piece.indexOf(trimmed[0]!) });
    from = to;
  }
}

function cutAt(text: string, from: number): number {
  const space = text.lastIndexOf(' ', from + LONGEST_SENTENCE);
  return space > from + LONGEST_SENTENCE / 2 ? space : from + LONGEST_SENTENCE;
}
