import { isSaying, type Messages, type Said, type Saying, type Sentence } from '../shared/index.ts';

/** What alerts say of themselves, in one language; and as it is said before anybody reads it. */
export type AlertWords = Messages['alerts'];
export type Sayings = Said<AlertWords>;

/** Of an alert, what is no words of others: its texts are these in the language of the installation. */
export interface AlertSayings {
  description: Saying | null;
  threshold: Saying | null;
  advice: Saying | null;
}

/** Null: all of it is others' words. */
export function sayingsIn(texts: { [K in keyof AlertSayings]: Sentence | null }): AlertSayings | null {
  const only = (sentence: Sentence | null) => (isSaying(sentence) ? sentence : null);
  const { description, threshold, advice } = texts;
  if (![description, threshold, advice].some(isSaying)) return null;
  return { description: only(description), threshold: only(threshold), advice: only(advice) };
}
