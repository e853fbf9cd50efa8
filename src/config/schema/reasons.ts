import type { z } from 'zod';
import { isSaying, messagesFor, type Saying, sayingsOf, textOf, type Worded } from '../../core/shared/index.ts';

const english = messagesFor('en');

/** What a value of a shape of its own is not; zod carries a text, by which the sentence is found again. */
export const { shapes } = english.configuration;

/** What several values are not among each other. */
export const say = sayingsOf(english.configuration, 'configuration');

/** For `addIssue`: zod carries the sentence along. */
export function custom(said: Saying, path: PropertyKey[] = []) {
  return { code: 'custom' as const, path, message: textOf(said, english), params: { said } };
}

/** Why a value is refused, for whoever reads it. */
export function reasonOf(issue: z.core.$ZodIssue): Worded {
  if (issue.code === 'custom' && isSaying(issue.params?.said)) return issue.params.said;
  const shape = (Object.keys(shapes) as (keyof typeof shapes)[]).find((name) => shapes[name] === issue.message);
  if (shape !== undefined) return ({ configuration }) => configuration.shapes[shape];
  return ({ configuration }) => configuration.fault(issue);
}
