import type { TextRule } from '../rules/rule.ts';
import { compilePatterns, type FoldedClause, foldClause, type PatternSet } from './pattern-set.ts';
import { type Clause, splitClauses } from './split-clauses.ts';

/** Characters of a text that are looked at; what is over is left out, and said so. */
export const LONGEST_TEXT = 50_000;
/** Characters of a clause that evidence shows. */
const SHOWN = 500;

export interface FoundClause {
  /** As it was written. */
  clause: string;
  /** The pattern that matched, as it was written. */
  pattern: string;
}

export interface TextFinding {
  matches: FoundClause[];
  /** Said to be put right. */
  resolved: FoundClause[];
}

export interface PreparedText {
  clauses: readonly (Clause & FoldedClause)[];
  isCut: boolean;
}

/** Done once for a text, whatever the number of rules. */
export function prepareText(text: string): PreparedText {
  const clauses = splitClauses(text.slice(0, LONGEST_TEXT)).map((clause) => ({
    ...clause,
    ...foldClause(clause.text),
  }));
  return { clauses, isCut: text.length > LONGEST_TEXT };
}

export type TextMatcher = (text: PreparedText) => TextFinding;

/** Throws a SyntaxError for a pattern that cannot be understood. Time is linear in the text, whatever it holds. */
export function compileTextRule(rule: TextRule): TextMatcher {
  const any = compilePatterns(rule.any);
  const context = rule.context.length > 0 ? compilePatterns(rule.context) : null;
  const unless = compilePatterns(rule.unless);
  const resolution = compilePatterns(rule.resolution);
  return ({ clauses }) => {
    const hasContext = context === null ? () => true : contextOf(clauses, context, rule.contextReach);
    const resolutions = clauses.map((clause) => resolution(clause));
    const finding: TextFinding = { matches: [], resolved: [] };
    clauses.forEach((clause, index) => {
      if (!hasContext(index)) return;
      const found = any(clause);
      if (found !== null && unless(clause) !== null) return;
      // A word of resolution alone, of the same thing, says so as well.
      const reachesNext = found !== null && rule.resolutionReach === 'next';
      const resolved = resolutionNear(resolutions, index, reachesNext);
      if (resolved !== null) finding.resolved.push(shown(clause, resolved));
      else if (found !== null) finding.matches.push(shown(clause, found));
    });
    return finding;
  };
}

/** What says that a clause is put right: its own word, else that of the next one where it reaches so far. */
function resolutionNear(resolutions: readonly (string | null)[], index: number, reachesNext: boolean): string | null {
  return resolutions[index] ?? (reachesNext ? (resolutions[index + 1] ?? null) : null);
}

function contextOf(
  clauses: PreparedText['clauses'],
  context: PatternSet,
  reach: TextRule['contextReach'],
): (index: number) => boolean {
  const has = clauses.map((clause) => context(clause) !== null);
  if (reach === 'clause') return (index) => has[index] === true;
  if (reach === 'text') {
    const isAnywhere = has.includes(true);
    return () => isAnywhere;
  }
  const sentences = new Set(clauses.filter((_, index) => has[index]).map(({ sentence }) => sentence));
  return (index) => sentences.has(clauses[index]!.sentence);
}

const shown = ({ text }: Clause, pattern: string): FoundClause => ({ clause: text.slice(0, SHOWN), pattern });
