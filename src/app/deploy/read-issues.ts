import type { Store } from '../../adapters/store/sql/index.ts';
import type { DeploymentHistory, IssueReader, NewIssue } from '../../core/deploy/index.ts';
import type { StoredIssue } from '../../core/issues/index.ts';

/** FATAL of OpenTelemetry's numbers. */
const CRITICAL = 21;
/** A short hash of a commit, as people and releases write it. */
const SHORTEST_COMMIT = 7;

/**
 * The issues that were first seen on a revision. A program says which one it is by GUARDIAN_REVISION, or by its commit: both are the revision; whatever names
 * neither was not seen on it.
 */
export function createIssueReader(issues: Store['issues'], history: DeploymentHistory): IssueReader {
  return {
    async newOn({ service, revision, since, limit }) {
      const commit = (await history.ofRevision(service, revision))?.plan.commit ?? null;
      const found: NewIssue[] = [];
      for await (const issue of newestFirst(issues, service)) {
        // What comes now is older still.
        if (issue.firstSeen < since || found.length >= limit) break;
        if (isOf(issue.firstRevision, revision, commit)) found.push(toNewIssue(issue));
      }
      return found;
    },
  };
}

/** All of a service, by when they were first seen. */
async function* newestFirst(issues: Store['issues'], service: string): AsyncGenerator<StoredIssue> {
  const every = { words: [], states: null, projectId: null, revision: null, assignee: null, minimumSeverity: null };
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['issues']['list']>> = await issues.list({
      ...every,
      service,
      sort: 'first-seen',
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
