import { compareText } from '../fold/candidate.ts';
import type { Issue } from '../issue.ts';
import type { IssueGroup } from './issue-group.ts';
import { firstIncidents, type KeepLimits, sharesOf } from './lighten.ts';

/** The issues worst first: deaths, then errors, then warnings; more incidents first, then newest. Within the bounds of what is kept whole. */
export function keepTelling(groups: readonly IssueGroup[], limits: KeepLimits): Issue[] {
  const issues = groups.map((group) => group.toIssue()).sort(compareIssues);
  const shares = sharesOf(
    issues.map(({ incidents }) => incidents.length),
    limits,
  );
  return issues.map((issue) => ({ ...issue, incidents: firstIncidents(issue.incidents, shares) }));
}

function compareIssues(a: Issue, b: Issue): number {
  return (
    gravity(a) - gravity(b) ||
    b.incidentCount - a.incidentCount ||
    b.lastSeen - a.lastSeen ||
    compareText(a.fingerprint, b.fingerprint) ||
    compareText(a.id, b.id)
  );
}

function gravity({ kind, incidents }: Issue): number {
  if (incidents.some(({ signal }) => signal !== null)) return 0;
  return kind === 'error' ? 1 : 2;
}
