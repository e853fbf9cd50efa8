import { type PeopleLanguage, toInstant } from '../../shared/index.ts';
import type { Validated } from '../answer/validated.ts';
import type { PromptPart } from '../chain/fence-data.ts';
import type { Claim, Evidence, Explanation, IssueFacts } from './explanation.ts';

/** A change of the words or the form makes new explanations. */
export const EXPLANATION_VERSION = '1';

const claim = {
  type: 'object',
  additionalProperties: false,
  required: ['text', 'evidence'],
  properties: {
    text: { type: 'string' },
    evidence: { type: 'array', description: 'Ids of the evidence it rests on.', items: { type: 'string' } },
  },
} as const;

export const EXPLANATION_SCHEMA = {
  name: 'issue_explanation',
  json: {
    type: 'object',
    additionalProperties: false,
    required: ['rootCause', 'claims', 'confidence', 'nextLook'],
    properties: {
      rootCause: claim,
      claims: { type: 'array', description: 'At most 6.', items: claim },
      confidence: { type: 'number', description: '0 to 1.' },
      nextLook: { type: 'array', description: 'At most 4: where to look next.', items: claim },
    },
  },
} as const;

const NAMES = { en: 'English', fr: 'French' } as const;

export function explanationSystem(language: PeopleLanguage): string {
  return [
    'You explain failures of production services. Answer with one JSON object and nothing else, with these properties:',
    '- "rootCause": {"text", "evidence"}: the most likely cause, in one or two sentences.',
    '- "claims": list of at most 6 objects {"text", "evidence"}: what speaks for it, or against.',
    '- "confidence": number from 0 to 1: how sure you are of the cause.',
    '- "nextLook": list of at most 4 objects {"text", "evidence"}: what a person should look at next.',
    '"evidence" is a list of ids of the evidence you are given, written exactly as there. A statement that no evidence carries is left out.',
    `Write in ${NAMES[language]}. It is a hypothesis: say nothing that the evidence does not say.`,
  ].join('\n');
}

export function explanationPrompt(facts: IssueFacts, evidence: readonly Evidence[]): PromptPart[] {
  const about = [
    `title: ${facts.title}`,
    `error type: ${facts.errorType ?? 'unknown'}`,
    `service: ${facts.service}`,
    `endpoint: ${facts.endpoint ?? 'unknown'}`,
    `first seen: ${toInstant(facts.firstSeen)}`,
    `last seen: ${toInstant(facts.lastSeen)}`,
    `incidents: ${facts.incidents}`,
  ];
  return [
    { text: 'The issue:' },
    { data: about.join('\n'), label: 'issue' },
    ...evidence.flatMap((one): PromptPart[] => [
      { text: `Evidence of kind ${one.kind}:` },
      { data: [`id: ${one.id}`, one.label, ...(one.detail === null ? [] : [one.detail])].join('\n'), label: one.kind },
    ]),
    { text: 'Answer now with the JSON object described above.' },
  ];
}

type Said = Pick<Explanation, 'rootCause' | 'claims' | 'confidence' | 'nextLook' | 'droppedClaims'>;

const MOST = { claims: 6, nextLook: 4, characters: 1_000, evidence: 20 };

/** Claims without existing evidence are dropped and counted; where none is left, the model is told what is wrong. */
export function validateExplanation(value: unknown, evidence: readonly Evidence[]): Validated<Said> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { faults: ['the answer is not a JSON object with rootCause, claims, confidence and nextLook'] };
  }
  const { rootCause, claims, confidence, nextLook } = value as Record<string, unknown>;
  const faults: string[] = [];
  const ids = new Set(evidence.map(({ id }) => id));
  const cause = readClaims([rootCause], 'rootCause', { faults, ids, most: 1 });
  const read = readClaims(claims, 'claims', { faults, ids, most: MOST.claims });
  const looks = readClaims(nextLook, 'nextLook', { faults, ids, most: MOST.nextLook });
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
    faults.push('confidence is not a number from 0 to 1');
  }
  if (faults.length === 0 && cause.kept.length + read.kept.length === 0) {
    faults.push(
      `neither rootCause nor any of the claims names evidence that exists; the ids are ${[...ids].join(', ')}`,
    );
  }
  if (faults.length > 0) return { faults };
  return {
    value: {
      rootCause: cause.kept[0] ?? null,
      claims: read.kept,
      // A cause that nothing carries is worth nothing.
      confidence: cause.kept.length === 0 ? 0 : (confidence as number),
      nextLook: looks.kept,
      droppedClaims: cause.dropped + read.dropped + looks.dropped,
    },
  };
}

function readClaims(
  value: unknown,
  name: string,
  { faults, ids, most }: { faults: string[]; ids: ReadonlySet<string>; most: number },
): { kept: Claim[]; dropped: number } {
  if (!Array.isArray(value)) {
    faults.push(`${name} is not a list`);
    return { kept: [], dropped: 0 };
  }
  if (value.length > most) faults.push(`${name} has more than ${most} entries`);
  const kept: Claim[] = [];
  let dropped = 0;
  for (const one of value.slice(0, most) as unknown[]) {
    const { text, evidence } = (one ?? {}) as Record<string, unknown>;
    if (typeof text !== 'string' || text.trim() === '' || !Array.isArray(evidence)) {
      faults.push(`${name} has an entry without text or evidence`);
      continue;
    }
    const named = evidence.slice(0, MOST.evidence).filter((id): id is string => typeof id === 'string' && ids.has(id));
    if (named.length === 0) dropped++;
    else kept.push({ text: text.trim().slice(0, MOST.characters), evidence: [...new Set(named)] });
  }
  return { kept, dropped };
}
