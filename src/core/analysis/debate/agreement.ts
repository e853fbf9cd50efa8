import { detectLanguage, extractConcepts } from '../builtin/index.ts';
import { type ConceptLanguage, type ConceptVector, conceptVector, cosine } from '../concepts/index.ts';
import type { MediatedClaim, Stance } from './validate-synthesis.ts';

/** From this on no further round starts. */
export const AGREED = 0.9;
/** Concepts of one turn that are compared. */
const CONCEPTS = 8;
/** Concepts from here on are the same one: that of concept recall. */
const SAME_CONCEPT = 0.75;

/** Of those who spoke, the share that takes the commoner stance; who is unclear counts among all and supports neither. */
export function majorityShare({ stances }: Pick<MediatedClaim, 'stances'>): number {
  const count = (asked: Stance) => stances.filter((stance) => stance === asked).length;
  return stances.length === 0 ? 0 : Math.max(count('agree'), count('disagree')) / stances.length;
}

/** Mean share of the majority stance over the mediator's claims; null: there is no claim, or only one spoke. */
export function claimAgreement(claims: readonly Pick<MediatedClaim, 'stances'>[]): number | null {
  if (claims.length === 0 || claims.some(({ stances }) => stances.length < 2)) return null;
  return claims.reduce((sum, claim) => sum + majorityShare(claim), 0) / claims.length;
}

/**
 * How far texts speak of the same: the mean, over all pairs, of Dice's coefficient of their concepts (Dice 1945), where concepts of a cosine
 * of 0.75 are one. It tells what is spoken of, not what is held of it. Null: fewer than two texts.
 */
export function conceptOverlap(texts: readonly string[]): number | null {
  if (texts.length < 2) return null;
  const concepts = conceptsOf(texts);
  let sum = 0;
  let pairs = 0;
  for (const [index, one] of concepts.entries()) {
    for (const other of concepts.slice(index + 1)) {
      sum += overlap(one, other);
      pairs++;
    }
  }
  return sum / pairs;
}

function conceptsOf(texts: readonly string[]): ConceptVector[][] {
  // One language for all: a stem of another is no stem of the same word.
  const language: ConceptLanguage = detectLanguage(texts.join('\n'));
  return texts.map((text) =>
    extractConcepts(text, { count: CONCEPTS, language }).map((concept) => conceptVector(concept, language)),
  );
}

/** Texts without concepts have nothing in common. */
function overlap(one: readonly ConceptVector[], other: readonly ConceptVector[]): number {
  if (one.length === 0 || other.length === 0) return 0;
  const shared = (from: readonly ConceptVector[], to: readonly ConceptVector[]) =>
    from.filter((concept) => to.some((candidate) => cosine(concept, candidate) >= SAME_CONCEPT)).length;
  return (shared(one, other) + shared(other, one)) / (one.length + other.length);
}
