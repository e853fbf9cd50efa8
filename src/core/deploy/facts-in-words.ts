import { chanceInWords, type Messages, textFor } from '../shared/index.ts';
import type { Deployment } from './deployment.ts';

const CHANCES = new Set(['errorP', 'latencyP']);

/** What a check or a verdict rests on, for people: `errors, new 27, requests, new 28`. Names that nobody has a word for stay as they are. */
export function factsInWords(facts: Readonly<Record<string, unknown>>, { deploy }: Messages): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${Object.hasOwn(deploy.facts, name) ? deploy.facts[name] : name}: ${shown(name, value)}`)
    .join('; ');
}

/** What the reason of a deployment rests on, its problem in the reader's language. */
export function reasonInWords(
  { reasonFacts, reasonSaid }: Pick<Deployment, 'reasonFacts' | 'reasonSaid'>,
  messages: Messages,
): string {
  const { problem } = reasonFacts;
  if (typeof problem !== 'string') return factsInWords(reasonFacts, messages);
  return factsInWords({ ...reasonFacts, problem: textFor(problem, reasonSaid, messages) }, messages);
}

function shown(name: string, value: unknown): string {
  if (CHANCES.has(name) && typeof value === 'number') return chanceInWords(value);
  return typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(3) : String(value);
}
