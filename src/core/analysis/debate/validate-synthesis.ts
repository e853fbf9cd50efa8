import type { Validated } from '../answer/validated.ts';
import { readText } from './validate-turn.ts';

export const STANCES = ['agree', 'disagree', 'unclear'] as const;
export type Stance = (typeof STANCES)[number];

/** What the mediator says of one claim: the stance of each that spoke. */
export interface MediatedClaim {
  text: string;
  stances: Stance[];
}

export interface MediatedSynthesis {
  text: string;
  claims: MediatedClaim[];
}

const CLAIMS = { least: 1, most: 12 };
const CLAIM_CHARACTERS = 500;

/** Believes nothing of the mediator: claims are few and said, and each of those who spoke has exactly one known stance on each. */
export function validateSynthesis(
  value: unknown,
  { speakers, language }: { speakers: readonly string[]; language: string | null },
): Validated<MediatedSynthesis> {
  const faults: string[] = [];
  const text = readText(value, language, faults);
  const claims = readClaims((value as { claims?: unknown } | null)?.claims, speakers, faults);
  return faults.length > 0 ? { faults } : { value: { text, claims } };
}

function readClaims(claims: unknown, speakers: readonly string[], faults: string[]): MediatedClaim[] {
  if (!Array.isArray(claims) || claims.length < CLAIMS.least || claims.length > CLAIMS.most) {
    faults.push(`claims is not a list of ${CLAIMS.least} to ${CLAIMS.most} objects`);
    return [];
  }
  return claims.map((one: unknown, index) => readClaim(one, `claim ${index + 1}`, speakers, faults));
}

function readClaim(one: unknown, name: string, speakers: readonly string[], faults: string[]): MediatedClaim {
  const { text, stances } = (one ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string' || text.trim() === '' || text.length > CLAIM_CHARACTERS) {
    faults.push(`${name} has no text, or more than ${CLAIM_CHARACTERS} characters`);
    return { text: '', stances: [] };
  }
  const taken = new Map<string, Stance>();
  for (const given of Array.isArray(stances) ? (stances as unknown[]) : []) {
    const { agent, stance } = (given ?? {}) as Record<string, unknown>;
    if (typeof agent === 'string' && isStance(stance) && !taken.has(agent)) taken.set(agent, stance);
    else faults.push(`a stance of ${name} names no agent, names it twice, or is none of ${STANCES.join(', ')}`);
  }
  const isWhole = taken.size === speakers.length && speakers.every((speaker) => taken.has(speaker));
  if (!isWhole) faults.push(`${name} has not exactly one stance of each of ${speakers.join(', ')}`);
  return { text: text.trim(), stances: speakers.flatMap((speaker) => taken.get(speaker) ?? []) };
}

function isStance(stance: unknown): stance is Stance {
  return (STANCES as readonly unknown[]).includes(stance);
}
