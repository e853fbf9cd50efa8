import type { Deployment } from '../deployment.ts';
import type { IssueReader, NewIssue } from '../ports.ts';

const ISSUES = 20;

/** What came with the revision: never seen before, or at CRITICAL and back. */
export async function readIssues(
  { service, revision, createdAt }: Deployment,
  { issues }: { issues: IssueReader },
): Promise<NewIssue[]> {
  const query = { service, revision: revision!, since: createdAt, limit: ISSUES };
  const [back, fresh] = await Promise.all([issues.regressedOn(query), issues.newOn(query)]);
  return [...back, ...fresh];
}

/** Which they are, the gravest first; null: none. */
export function factsOf(found: readonly NewIssue[]): Record<string, string | number> | null {
  const critical = found.filter(({ isCritical }) => isCritical);
  const first = critical[0] ?? found[0];
  if (first === undefined) return null;
  return {
    issues: found.length,
    ...(critical.length > 0 && { critical: critical.length }),
    first: first.title.slice(0, 200),
    id: first.id,
  };
}
