import type { Recommendation } from '../../../contracts/report.ts';
import { type Advice, errorIssues, recommend } from './advice.ts';
import { safeType } from './facts.ts';
import { investigationSteps } from './investigate.ts';
import { suggestedFix } from './suggested-fix.ts';

/** The error type most incidents share, and what usually mends it. Null when no incident named a type. */
export function mostCommonError(advice: Advice): Recommendation | null {
  const [type, count] = mostOf(advice.understanding.byErrorType) ?? [];
  if (type === undefined || count === undefined) return null;
  const say = advice.messages.recommendations.commonError;
  const issues = errorIssues(advice).filter((issue) => issue.error_type === type);
  const named = safeType(type);
  const first = issues[0];
  return recommend(advice, issues, {
    priority: 'MEDIUM',
    action: named === null ? say.actionUnnamed : say.action(named),
    details: say.details(count, advice.understanding.errorIncidents),
    suggested_fix: first ? suggestedFix(advice, first) : null,
    suggested_investigation: [...investigationSteps(advice, first).slice(0, 2), say.guard],
  });
}

/** The key with the highest count; equal counts by key. */
export function mostOf(counts: ReadonlyMap<string, number>): [string, number] | null {
  const sorted = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : a > b ? 1 : 0));
  return sorted[0] ?? null;
}
