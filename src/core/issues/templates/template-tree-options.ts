import type { ValueLikelihood } from './value-likelihood.ts';

export interface TemplateTreeOptions {
  /** Shapes kept, and with them clusters; the least recently seen goes first. Count. */
  maxClusters: number;
  /** Different words at one place of a sentence from which it holds a value, whatever they look like. Count. */
  maxChildren: number;
  /** With `few` different words, a place holds a value only if no more than this many lines were seen per word. Count. */
  linesPerValue: number;
  /** How many different words make a place a value, by how much they look like one: `few` if each is rare, `many` always. */
  values: Record<ValueLikelihood, { few: number; many: number }>;
}

const NEVER = Number.POSITIVE_INFINITY;

export const DEFAULT_TEMPLATE_TREE: TemplateTreeOptions = {
  // A service prints hundreds of sentences, rarely thousands; 10,000 shapes are about 10 MB.
  maxClusters: 10_000,
  // Drain's bound: no program prints a hundred sentences that differ in one word.
  maxChildren: 100,
  // Values are many and each is rare; words chosen by the program are few and each is frequent.
  linesPerValue: 5,
  values: {
    // Keys, function words and names of fixed states belong to the sentence.
    never: { few: NEVER, many: NEVER },
    // `started`, `stopped`: two sentences, unless the place is known to hold values from other words.
    event: { few: NEVER, many: NEVER },
    // The first word says what the sentence is about (`cupsd startup succeeded`).
    first: { few: NEVER, many: 20 },
    // Any other word: a choice of four or fewer is common on purpose, a dozen is not.
    word: { few: 5, many: 12 },
    // Identifiers, assigned and bracketed words: two are often a switch (`SCREEN_ON`, `SCREEN_OFF`), three a list.
    likely: { few: 3, many: 6 },
    // Quoted, or named by the word before (`user cyrus`, `for root from`): a second word is enough.
    sure: { few: 2, many: 2 },
  },
};
