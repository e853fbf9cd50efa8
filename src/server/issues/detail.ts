import type { IssueDetail } from '../../contracts/api/issues.ts';
import type { IssueAbout, StoredIssue } from '../../core/issues/index.ts';
import type { Services } from '../app-env.ts';
import { issueDetailView } from '../views/issue-view.ts';
import { issueSummaries } from './summaries.ts';

export async function issueDetailOf(services: Services, issue: StoredIssue): Promise<IssueDetail> {
  const { store, ingestKeys, clock } = services;
  const about = await store.issues.about(issue.id);
  const seenIn = about.revisions.map(({ revision }) => revision);
  const [suggestions, merged, [own], projects, releases] = await Promise.all([
    similarOf(services, about),
    issuesOf(services, about.merged),
    issueSummaries(services, [issue]),
    ingestKeys.projects(),
    store.clientTales.releases(issue.projectId, seenIn),
  ]);
  // What understands issues is loaded when somebody looks at one.
  const { quietDays } = await import('../../core/issues/index.ts');
  return issueDetailView(issue, about, {
    quietDays: quietDays(issue, clock.now()),
    project: projects.find(({ id }) => id === issue.projectId)?.slug ?? String(issue.projectId),
    lastDay: own!.lastDay,
    now: clock.now(),
    suggestions,
    releases,
    merged: merged.map(({ id, shortId, title }) => ({ id, shortId, title })),
  });
}

/** What was suggested and is not dismissed, most alike first. */
export async function similarOf(services: Services, { suggestions }: IssueAbout): Promise<IssueDetail['suggestions']> {
  const found = await issuesOf(
    services,
    suggestions.map(({ otherId }) => otherId),
  );
  return suggestions
    .toSorted((a, b) => b.score - a.score)
    .flatMap(({ otherId, score, reason }) => {
      const issue = found.find(({ id }) => id === otherId);
      return issue ? [{ issue, score, reason }] : [];
    });
}

async function issuesOf(services: Services, ids: readonly string[]) {
  const issues = await Promise.all(ids.map((id) => services.store.issues.get(id)));
  return issueSummaries(
    services,
    issues.filter((issue) => issue !== null),
  );
}
