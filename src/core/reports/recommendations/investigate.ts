import type { IssueView, Recommendation } from '../../../contracts/report.ts';
import { type Advice, errorIssues, rawIssue, recommend } from './advice.ts';
import { placeOf, safeCommit, safeFunction, safeType } from './facts.ts';

/** The first thing to do when it is CRITICAL: the worst issue, what died, where to start reading. */
export function investigate(advice: Advice): Recommendation {
  const say = advice.messages.recommendations.investigate;
  const issues = errorIssues(advice);
  const worst = issues[0];
  const details = [
    ...signalFacts(advice),
    ...(worst ? [describeIssue(advice, worst)] : [say.noIssue]),
    ...(issues.length > 1 ? [say.moreIssues(issues.length - 1)] : []),
  ];
  return recommend(advice, worst ? [worst] : [], {
    priority: 'HIGH',
    action: say.action,
    details: details.join(' '),
    suggested_investigation: investigationSteps(advice, worst),
    recent_commits: advice.recentCommits,
  });
}

/** Where to look, in order; the last step is always the test that fails. */
export function investigationSteps(advice: Advice, issue: IssueView | undefined): string[] {
  const say = advice.messages.recommendations.investigate;
  const place = placeOf(issue?.location ?? null);
  const types = new Set(advice.understanding.signals.map((signal) => signal.type));
  return [
    ...(place ? [say.startAt(place)] : []),
    ...(issue ? [commitStep(advice, issue)] : []),
    ...(types.has('OOM') ? [say.memory] : []),
    ...(types.has('UNHEALTHY') ? [say.health] : []),
    ...(types.has('CRASH') ? [say.exit] : []),
    say.reproduce,
  ];
}

function commitStep(advice: Advice, issue: IssueView): string {
  const say = advice.messages.recommendations.investigate;
  const first = safeCommit(issue.suspect_commits.commits[0]?.hash ?? null);
  if (issue.suspect_commits.verdict === 'ranked' && first) return say.readCommit(first);
  return issue.suspect_commits.verdict === 'could not look' ? say.couldNotLook : say.noCommitLikely;
}

function signalFacts(advice: Advice): string[] {
  const say = advice.messages.recommendations.investigate;
  const { signals } = advice.understanding;
  const types = [...new Set(signals.map((signal) => signal.type))];
  const affected = signals.reduce((sum, signal) => sum + signal.affectedRequests, 0);
  return [...types.map((type) => say.signal[type]), ...(affected > 0 ? [say.affectedRequests(affected)] : [])];
}

function describeIssue(advice: Advice, issue: IssueView): string {
  const { investigate: say, what, incidents } = advice.messages.recommendations;
  const described = what({
    errorType: safeType(issue.error_type),
    place: placeOf(issue.location),
    functionName: safeFunction(issue.location?.function ?? null),
  });
  const count = rawIssue(advice, issue)?.incidentCount ?? issue.incidents;
  return say.details(described, incidents(count), issue.first_seen, issue.last_seen);
}
