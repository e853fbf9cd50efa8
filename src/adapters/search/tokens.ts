/**
 * What full text is made of, equal for both databases: runs of letters and digits, lower case, without accents. What is written is cut
 * the same way as what is searched for, so `user_id` and `10.0.0.7` are phrases.
 */
const WORD_ASCII = /[a-z0-9]+/g;
const WORD = /[\p{L}\p{N}]+/gu;
const ASCII_ONLY = /^[\0-\x7f]*$/;
const ACCENT = /\p{M}/gu;

/** Longer words are cut: PostgreSQL takes 2 kB at most, and nobody types more. */
const WORD_CHARACTERS = 64;

/** A private-use character, which no word contains: a field's token meets no word's. */
const FIELD_MARK = '\uE000';

/** Words of a text in order, at most `limit`. */
export function wordsOf(text: string, limit: number): string[] {
  const words = ASCII_ONLY.test(text) ? text.toLowerCase().match(WORD_ASCII) : foldedWords(text);
  if (words === null) return [];
  if (words.length > limit) words.length = limit;
  for (let index = 0; index < words.length; index++) {
    if (words[index]!.length > WORD_CHARACTERS) words[index] = cut(words[index]!);
  }
  return words;
}

function foldedWords(text: string): RegExpMatchArray | null {
  return text.normalize('NFKD').replace(ACCENT, '').toLowerCase().match(WORD);
}

/** Not through a surrogate pair. */
function cut(word: string): string {
  const end = word.charCodeAt(WORD_CHARACTERS - 1);
  return word.slice(0, end >= 0xd800 && end <= 0xdbff ? WORD_CHARACTERS - 1 : WORD_CHARACTERS);
}

/**
 * The token of one exact field; upper and lower case are one. 64 bits: a chance meeting is not seen in practice, and one that was made on
 * purpose gains nothing, since its maker could have sent the value itself. SHA-256 took twelve times as long, half of the append.
 */
export function fieldToken(name: string, value: string): string {
  const text = `${name}=${value.toLowerCase()}`;
  // Two multiplicative 32-bit hashes, each mixed into the other (the construction known as cyrb53).
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  // Each for itself: writing 53 bits out in base 36 is a slow path, a sixth of the append.
  return FIELD_MARK + (high >>> 0).toString(36) + (low >>> 0).toString(36);
}

/** Tokens remembered; values of these fields repeat from event to event. */
const REMEMBERED = 4_096;
const remembered = new Map<string, string>();

/** As `fieldToken`, for fields of few values. */
export function repeatedFieldToken(name: string, value: string): string {
  const key = `${name}=${value}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED) remembered.clear();
  const token = fieldToken(name, value);
  remembered.set(key, token);
  return token;
}
