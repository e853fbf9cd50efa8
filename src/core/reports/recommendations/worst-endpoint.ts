import type { Recommendation } from '../../../contracts/report.ts';
import { type Advice, errorIssues, recommend } from './advice.ts';
import { safeEndpoint } from './facts.ts';
import { mostOf } from './most-common-error.ts';

/** The endpoint most incidents failed at. Null when no incident belonged to a request. */
export function worstEndpoint(advice: Advice): Recommendation | null {
  const [endpoint, count] = mostOf(advice.understanding.byEndpoint) ?? [];
  if (endpoint === undefined || count === undefined) return null;
  const say = advice.messages.recommendations.worstEndpoint;
  const issues = errorIssues(advice).filter((issue) => issue.endpoints.includes(endpoint));
  const named = safeEndpoint(endpoint);
  return recommend(advice, issues, {
    priority: 'MEDIUM',
    action: named === null ? say.actionUnnamed : say.action(named),
    details: say.details(count, advice.understanding.errorIncidents),
    affected_endpoints: [endpoint],
    suggested_investigation: [say.compare, say.contain],
  });
}
