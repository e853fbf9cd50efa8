import type { IssueBackground, SeenRevisionRow, StateDetail } from '../ports.ts';
import { orderRevisions } from './revision-order.ts';

export interface RegressionInput {
  /** What `resolved` means for the issue. */
  detail: Extract<StateDetail, { kind: 'resolved' }>;
  /** Since when it is resolved, epoch ms. */
  resolvedAt: number;
  background: Pick<IssueBackground, 'revisions'> & { serviceRevisions: readonly SeenRevisionRow[] };
  /** The incident: its revision, and when it began. */
  revision: string | null;
  from: number;
}

/**
 * Whether an incident says that what was resolved is back. By revision order: a walk from old to new in which a revision that holds the fix
 * sets "resolved", and any other in which the issue was seen clears it; the incident is a regression if its revision then sees "resolved".
 * So revisions from before the fix may go on failing, and "the next revision" cannot regress before there is one.
 *
 * "Resolved now" is about time: whatever begins afterwards is a regression. So is, once the fix is there, an incident that names no
 * revision.
 */
export function isRegression({ detail, resolvedAt, background, revision, from }: RegressionInput): boolean {
  if (detail.in === 'now') return from > resolvedAt;
  const known = background.serviceRevisions;
  if (known.length === 0 && revision === null) return from > resolvedAt;
  const isListed = revision === null || known.some(({ name }) => name === revision);
  const all = isListed ? known : [...known, { name: revision, firstSeen: from, deployedAt: null }];
  const ordered = orderRevisions(all);
  const fixed = fixedRevision(ordered, detail);
  if (fixed === null) return false;
  if (revision === null) return from > Math.max(resolvedAt, fixed.firstSeen);
  return seesResolved(ordered, { fixed: fixed.name, seen: new Set(background.revisions), revision });
}

function seesResolved(
  ordered: readonly SeenRevisionRow[],
  { fixed, seen, revision }: { fixed: string; seen: ReadonlySet<string>; revision: string },
): boolean {
  let isResolved = false;
  for (const { name } of ordered) {
    if (name === fixed) isResolved = true;
    else if (seen.has(name)) isResolved = false;
    if (name === revision) return isResolved;
  }
  return false;
}

/** Null: it does not exist yet. */
function fixedRevision(
  ordered: readonly SeenRevisionRow[],
  detail: Extract<StateDetail, { in: 'revision' | 'next' }>,
): SeenRevisionRow | null {
  if (detail.in === 'revision') return ordered.find(({ name }) => name === detail.revision) ?? null;
  const after = detail.after === null ? -1 : ordered.findIndex(({ name }) => name === detail.after);
  return ordered[after + 1] ?? null;
}
