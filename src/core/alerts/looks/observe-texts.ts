import type { Observation } from '../alert.ts';
import type { PostedText } from '../ports.ts';
import type { TextRule } from '../rules/rule.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { Sayings } from '../sayings.ts';
import { type PreparedText, prepareText, type TextFinding } from '../texts/match-text.ts';
import { observationOf } from './observation-of.ts';

export interface TextLook {
  observations: Observation[];
  /** The types it has now been looked at for, besides those known before. */
  types: string[];
}

const SHOWN_CLAUSES = 10;

/**
 * What the rules say of a text: one alert for each rule that matches, none for a type it was looked at for before, and nothing bad for one that is older
 * than the rule cares for. A text that only says that something was put right is good news of that subject; one that says nothing is no news.
 */
export function observeText(
  { texts }: Pick<RuleSet, 'texts'>,
  text: Omit<PostedText, 'types'>,
  { words, now, looked }: { words: Sayings; now: number; looked: readonly string[] },
): TextLook {
  const concerned = texts.filter(({ rule }) => concerns(rule, text) && !looked.includes(rule.type));
  if (concerned.length === 0) return { observations: [], types: [] };
  const prepared = prepareText(text.content);
  const observations = concerned.flatMap(({ rule, find }) =>
    observe(rule, text, { finding: find(prepared), prepared, words, now }),
  );
  return { observations, types: [...new Set(concerned.map(({ rule }) => rule.type))] };
}

function concerns({ projectId, subjectKind }: TextRule, text: Pick<PostedText, 'projectId' | 'subject'>): boolean {
  if (projectId !== null && projectId !== text.projectId) return false;
  return subjectKind === null || subjectKind === text.subject.kind;
}

interface Found {
  finding: TextFinding;
  prepared: PreparedText;
  words: Sayings;
  now: number;
}

function observe(
  rule: TextRule,
  { subject, projectId, at, id }: Omit<PostedText, 'types'>,
  { finding: { matches, resolved }, prepared, words, now }: Found,
): Observation[] {
  const [match] = matches;
  const [first] = match ? matches : resolved;
  if (!first) return [];
  if (match && rule.oldestMs !== null && at < now - rule.oldestMs) return [];
  const about = { subject: subject.name, clause: first.clause };
  const own =
    rule.description === null
      ? null
      : words.filled(rule.description, {
          ...{ subject: subject.name, text: first.clause, value: first.clause },
          labels: subject.labels,
        });
  return [
    observationOf(rule, subject, projectId, {
      at,
      condition: match ? 'bad' : 'good',
      description: match ? (own ?? words.written(about)) : words.putRight(about),
      evidence: {
        text: id,
        clauses: (match ? matches : resolved).slice(0, SHOWN_CLAUSES),
        clauseCount: (match ? matches : resolved).length,
        ...(prepared.isCut ? { isCut: true } : {}),
      },
    }),
  ];
}
