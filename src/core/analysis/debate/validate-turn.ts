import { detectLanguage } from '../answer/detect-language.ts';
import type { Validated } from '../answer/validated.ts';

/** Longest turn and synthesis, in characters: later rounds are shown all of them. */
const SAID_CHARACTERS = 6_000;

/** Believes nothing of what a model says in its turn: it is text, not empty, of bounded length, in the topic's language. */
export function validateTurn(value: unknown, language: string | null): Validated<string> {
  const faults: string[] = [];
  const text = readText(value, language, faults);
  return faults.length > 0 ? { faults } : { value: text };
}

/** `text` of an answer; what is wrong with it is added to the faults. */
export function readText(value: unknown, language: string | null, faults: string[]): string {
  const { text } = (value ?? {}) as { text?: unknown };
  if (typeof text !== 'string' || !/[\p{L}\p{N}]/u.test(text)) {
    faults.push('text is missing, empty or no text');
    return '';
  }
  if (text.length > SAID_CHARACTERS) faults.push(`text is longer than ${SAID_CHARACTERS} characters`);
  const written = detectLanguage(text);
  if (language !== null && written !== null && written !== language) {
    faults.push(`text is written in "${written}", the topic is in "${language}"`);
  }
  return text.trim();
}
