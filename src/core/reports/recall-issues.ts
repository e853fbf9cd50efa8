import type { FoldStore, Issue, Understanding } from '../issues/index.ts';

/**
 * Gives the issues of a window what the store knows of them: their id, their state, when they were first seen. Those it has not heard of (their
 * incidents are not folded yet) stay as the window shows them.
 */
export async function recallIssues(
  understanding: Understanding,
  { store, projectId, from }: { store: Pick<FoldStore, 'issuesByHash'>; projectId: number; from: number | null },
): Promise<void> {
  const issues = understanding.issues.filter(({ kind }) => kind === 'error');
  const keyOf = ({ service, fingerprint }: Issue) => ({ projectId, service: service ?? '', hash: fingerprint });
  const found = await store.issuesByHash(issues.map(keyOf));
  const byKey = new Map(found.map(({ key, issue }) => [`${key.service}\u0000${key.hash}`, issue]));
  const named = new Set<string>();
  for (const issue of issues) {
    const known = byKey.get(`${issue.service ?? ''}\u0000${issue.fingerprint}`);
    if (!known) continue;
    // Two of the window may be one of the store (merged since): evidence is told apart by the id, so only the first, the worst, takes it.
    if (!named.has(known.id)) issue.id = known.id;
    named.add(known.id);
    issue.state = known.state;
    issue.isNew = known.firstSeen >= (from ?? Number.NEGATIVE_INFINITY);
    issue.firstSeen = Math.min(issue.firstSeen, known.firstSeen);
  }
}
