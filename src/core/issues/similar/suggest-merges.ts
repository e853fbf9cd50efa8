import { compareText } from '../fold/candidate.ts';
import type { IssueStack } from './issue-stack.ts';
import { type MergeSuggestion, StackIndex } from './stack-index.ts';

/**
 * The night's look at all issues of one service: at most 3 for each issue with a score of at least 0.8, each pair once, best first. Pure;
 * about 1 ms an issue.
 */
export function suggestMerges(issues: readonly IssueStack[]): MergeSuggestion[] {
  const index = new StackIndex(issues);
  const found = new Map<string, MergeSuggestion>();
  for (const issue of issues) {
    for (const suggestion of index.suggest(issue)) {
      const pair = [suggestion.issueId, suggestion.otherId].sort(compareText).join('\u0000');
      const known = found.get(pair);
      if (!known || known.score < suggestion.score) found.set(pair, suggestion);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || compareText(a.issueId, b.issueId));
}
