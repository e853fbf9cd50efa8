import { stemEnglish } from '../../src/core/analysis/concepts/stem-english.ts';

/** F1 of the first `at` predicted phrases against the gold ones; equal when their words have equal Porter stems. */
export function phraseF1(predicted: readonly string[], gold: readonly string[], at: number): number {
  const found = new Set(predicted.slice(0, at).map(phraseKey));
  const wanted = new Set(gold.map(phraseKey));
  const hits = [...found].filter((key) => wanted.has(key)).length;
  return hits === 0 ? 0 : (2 * hits) / (found.size + wanted.size);
}

function phraseKey(phrase: string): string {
  return phrase.toLowerCase().trim().split(/\s+/).map(stemEnglish).join(' ');
}

/** ROUGE-1 F1: unigrams clipped to the smaller count, lower case, letters and digits only, Porter stems of words over 3 letters. */
export function rouge1(candidate: string, reference: string): number {
  const left = unigrams(candidate);
  const right = counts(unigrams(reference));
  let hits = 0;
  for (const [word, times] of counts(left)) hits += Math.min(times, right.get(word) ?? 0);
  const total = left.length + [...right.values()].reduce((sum, times) => sum + times, 0);
  return total === 0 ? 0 : (2 * hits) / total;
}

function unigrams(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => (word.length > 3 ? stemEnglish(word) : word));
}

function counts(words: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
