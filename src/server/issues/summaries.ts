import type { IssueSummary } from '../../contracts/api/issues.ts';
import type { StoredIssue } from '../../core/issues/index.ts';
import type { Services } from '../app-env.ts';
import { HOUR_MS, issueSummaryView, lastDayOf } from '../views/issue-view.ts';

/** Issues with what stands around them: one question for the hours of all, none for the projects. */
export async function issueSummaries(
  { store, ingestKeys, clock }: Services,
  issues: readonly StoredIssue[],
): Promise<IssueSummary[]> {
  if (issues.length === 0) return [];
  const now = clock.now();
  const from = Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  const ids = issues.map(({ id }) => id);
  const [hours, projects] = await Promise.all([store.issues.hours(ids, from), ingestKeys.projects()]);
  const byIssue = Map.groupBy(hours, ({ issueId }) => issueId);
  return issues.map((issue) =>
    issueSummaryView(issue, {
      project: projects.find(({ id }) => id === issue.projectId)?.slug ?? String(issue.projectId),
      lastDay: lastDayOf(byIssue.get(issue.id) ?? [], now),
      now,
    }),
  );
}
