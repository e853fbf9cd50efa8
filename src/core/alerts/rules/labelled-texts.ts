import { prepareText } from '../texts/match-text.ts';
import { type Score, scoreOf } from './examples.ts';
import type { RuleSet } from './rule-set.ts';

/** A text and the types that it is about; none: it is about nothing that is watched. */
export interface LabelledText {
  text: string;
  types: readonly string[];
  /** Where it stands, from 1; its place in the list when it is not given. */
  line?: number;
}

export interface LabelledScore {
  total: Score;
  byType: Map<string, Score>;
  /** `line` from 1. */
  misses: { line: number; type: string; expected: boolean; text: string }[];
}

/** The text rules against texts that people labelled; a type counts as found when any of its rules matches. */
export function scoreLabelled({ texts }: Pick<RuleSet, 'texts'>, labelled: readonly LabelledText[]): LabelledScore {
  const types = [...new Set(texts.map(({ rule }) => rule.type))];
  const judged = labelled.flatMap(({ text, types: expected, line }, index) => {
    const prepared = prepareText(text);
    const found = new Set(texts.filter(({ find }) => find(prepared).matches.length > 0).map(({ rule }) => rule.type));
    // A type that no rule is for is missed as well: that is what recall is about.
    return [...new Set([...types, ...expected])].map((type) => ({
      line: line ?? index + 1,
      type,
      text,
      expected: expected.includes(type),
      found: found.has(type),
    }));
  });
  const named = [...new Set(judged.map(({ type }) => type))].toSorted();
  return {
    total: scoreOf(judged),
    byType: new Map(named.map((type) => [type, scoreOf(judged.filter((one) => one.type === type))])),
    misses: judged
      .filter(({ expected, found }) => expected !== found)
      .map(({ line, type, expected, text }) => ({ line, type, expected, text })),
  };
}
