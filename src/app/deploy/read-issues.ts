import type { Store } from '../../adapters/store/sql/index.ts';
import type { DeploymentHistory, IssueReader, NewIssue } from '../../core/deploy/index.ts';
import type { IssueFilter, StoredIssue } from '../../core/issues/index.ts';

/** FATAL of OpenTelemetry's numbers. */
const CRITICAL = 21;
/** A short hash of a commit, as people and releases write it. */
const SHORTEST_COMMIT = 7;

/** A regressed one may have been handed off by now. */
const BACK = ['regressed', 'handed off'] as const;

/**
 * The issues that were first seen on a revision, or came back on it. A program says which one it is by GUARDIAN_REVISION, or by its commit: both are the
 * revision; whatever names neither was not seen on it.
 */
export function createIssueReader(
  issues: Store['issues'],
  history: Pick<DeploymentHistory, 'ofRevision'>,
): IssueReader {
  const commitOf = async (service: string, revision: string) =>
    (await history.ofRevision(service, revision))?.plan.commit ?? null;
  return {
    async newOn({ service, revision, since, limit }) {
      const commit = await commitOf(service, revision);
      const found: NewIssue[] = [];
      for await (const issue of newestFirst(issues, { service, sort: 'first-seen', states: null })) {
        // What comes now is older still.
        if (issue.firstSeen < since || found.length >= limit) break;
        if (isOf(issue.firstRevision, revision, commit)) found.push(toNewIssue(issue));
      }
      return found;
    },

    async regressedOn({ service, revision, since, limit }) {
      const commit = await commitOf(service, revision);
      const found: NewIssue[] = [];
      for await (const issue of newestFirst(issues, { service, sort: 'last-seen', states: [...BACK] })) {
        if (issue.lastSeen < since || found.length >= limit) break;
        const known = toNewIssue(issue);
        if (!known.isCritical) continue;
        const about = await issues.about(issue.id);
        const isBack = about.history.some(({ action, at }) => action === 'regressed' && at >= since);
        const isHere = about.revisions.some((one) => one.lastSeen >= since && isOf(one.revision, revision, commit));
        if (isBack && isHere) found.push(known);
      }
      return found;
    },
  };
}

/** All of a service, by when they were first or last seen. */
async function* newestFirst(
  issues: Store['issues'],
  asked: Pick<IssueFilter, 'sort' | 'states'> & { service: string },
): AsyncGenerator<StoredIssue> {
  const every = { words: [], projectId: null, revision: null, assignee: null, minimumSeverity: null };
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['issues']['list']>> = await issues.list({
      ...every,
      ...asked,
      cursor,
      limit: 100,
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function isOf(named: string | null, revision: string, commit: string | null): boolean {
  if (named === null) return false;
  if (named === revision) return true;
  // Sentry's releases: shop@1a2b3c4.
  const release = named.slice(named.lastIndexOf('@') + 1);
  return commit !== null && release.length >= SHORTEST_COMMIT && commit.startsWith(release);
}

function toNewIssue({ id, title, firstSeen, incidents, severity, signal }: StoredIssue): NewIssue {
  return { id, title, firstSeen, incidents, isCritical: severity >= CRITICAL || signal !== null };
}
