import type { Messages } from './i18n/index.ts';

/** A sentence of the catalogue and what it is filled in with, in no language yet; as JSON it is kept beside its text. */
export interface Saying {
  /** Its place in the catalogue: `alerts.measured`. */
  say: string;
  about: readonly unknown[];
}

/** Other people's words as they are, or ours for whoever reads them. */
export type Sentence = string | Saying;

type Spoken<T> = T extends string
  ? string extends T
    ? Sentence
    : T
  : T extends object
    ? { [K in keyof T]: Spoken<T[K]> }
    : T;

/** A part of the catalogue whose sentences are said later. */
export type Said<W> = {
  readonly [K in keyof W]: W[K] extends (...about: infer A) => string
    ? (...about: { [I in keyof A]: Spoken<A[I]> }) => Saying
    : W[K] extends string
      ? Saying
      : Said<W[K]>;
};

/** `part`: where these words stand in the catalogue. */
export function sayingsOf<W extends object>(words: W, part: string): Said<W> {
  const said = Object.entries(words).map(([name, word]: [string, unknown]) => {
    const say = `${part}.${name}`;
    if (typeof word === 'function') return [name, (...about: unknown[]): Saying => ({ say, about })];
    return [name, typeof word === 'object' && word !== null ? sayingsOf(word, say) : { say, about: [] }];
  });
  return Object.fromEntries(said) as Said<W>;
}

/** In that language. Throws for a sentence that the catalogue does not have. */
export function textOf(sentence: Sentence, messages: Messages): string {
  if (typeof sentence === 'string') return sentence;
  const { say, about } = sentence;
  const word = say.split('.').reduce<unknown>(inside, messages);
  if (typeof word === 'string') return word;
  if (typeof word !== 'function') throw new TypeError(`there is no sentence ${say}`);
  return String(word(...about.map((part) => filledIn(part, messages))));
}

/** What was kept of a sentence, for this reader: its `text` where that is others' words, or where a program of another version kept it. */
export function textFor<T extends string | null>(
  text: T,
  saying: Saying | null | undefined,
  messages: Messages,
): T | string {
  if (!isSaying(saying)) return text;
  try {
    return textOf(saying, messages);
  } catch {
    return text;
  }
}

export function isSaying(part: unknown): part is Saying {
  return typeof inside(part, 'say') === 'string' && Array.isArray(inside(part, 'about'));
}

function filledIn(part: unknown, messages: Messages): unknown {
  if (isSaying(part)) return textOf(part, messages);
  if (Array.isArray(part)) return part.map((one) => filledIn(one, messages));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, filledIn(one, messages)]));
}

function inside(whole: unknown, name: string): unknown {
  const isThere = typeof whole === 'object' && whole !== null && Object.hasOwn(whole, name);
  return isThere ? (whole as Record<string, unknown>)[name] : undefined;
}
