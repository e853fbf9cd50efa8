import type { Recommendation } from '../../../contracts/report.ts';
import { type Advice, errorIssues, recommend, warningIssues } from './advice.ts';
import { investigationSteps } from './investigate.ts';
import { suggestedFix } from './suggested-fix.ts';

/** The errors, when they made it DEGRADED; else null. */
export function degradedErrors(advice: Advice): Recommendation | null {
  const count = advice.understanding.errorIncidents;
  const limit = advice.knobs.degradedAboveErrors;
  if (count <= limit) return null;
  const say = advice.messages.recommendations.degradedErrors;
  const issues = errorIssues(advice);
  const worst = issues[0];
  return recommend(advice, issues, {
    priority: 'MEDIUM',
    action: say.action,
    details: say.details(count, limit),
    suggested_fix: worst ? suggestedFix(advice, worst) : null,
    suggested_investigation: investigationSteps(advice, worst),
    recent_commits: advice.recentCommits,
  });
}

/** The warnings, when they made it DEGRADED; else null. */
export function degradedWarnings(advice: Advice): Recommendation | null {
  const count = advice.understanding.warningIncidents;
  const limit = advice.knobs.degradedAboveWarnings;
  if (count <= limit) return null;
  const say = advice.messages.recommendations.degradedWarnings;
  return recommend(advice, warningIssues(advice), {
    priority: 'MEDIUM',
    action: say.action,
    details: say.details(count, limit),
    suggested_investigation: [say.sort],
  });
}
