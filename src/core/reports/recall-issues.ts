import {
  broughtBy,
  type FoldStore,
  type Issue,
  type IssueBackground,
  type IssuePast,
  type StoredIssue,
  type Understanding,
} from '../issues/index.ts';

/** A revision that served no later is no way back any more: what stands around it has moved on. */
const FORMER_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Gives the issues of a window what the store knows of them: their id, their state, when they were first seen, which revision brought them. Those it has not
 * heard of (their incidents are not folded yet) stay as the window shows them.
 */
export async function recallIssues(
  understanding: Understanding,
  {
    store,
    projectId,
    from,
  }: { store: Pick<FoldStore, 'issuesByHash' | 'background'>; projectId: number; from: number | null },
): Promise<void> {
  const issues = understanding.issues.filter(({ kind }) => kind === 'error');
  const keyOf = ({ service, fingerprint }: Issue) => ({ projectId, service: service ?? '', hash: fingerprint });
  const found = await store.issuesByHash(issues.map(keyOf));
  const byKey = new Map(found.map(({ key, issue }) => [`${key.service}\u0000${key.hash}`, issue]));
  const backgrounds = new Map(
    (await store.background(found.map(({ issue }) => issue))).map((background) => [background.issueId, background]),
  );
  const named = new Set<string>();
  for (const issue of issues) {
    const known = byKey.get(`${issue.service ?? ''}\u0000${issue.fingerprint}`);
    if (!known) continue;
    // Two of the window may be one of the store (merged since): evidence is told apart by the id, so only the first, the worst, takes it.
    if (!named.has(known.id)) issue.id = known.id;
    named.add(known.id);
    issue.state = known.state;
    issue.isNew = known.firstSeen >= (from ?? Number.NEGATIVE_INFINITY);
    issue.past = pastOf(issue, known, backgrounds.get(known.id)!);
    issue.firstSeen = Math.min(issue.firstSeen, known.firstSeen);
  }
}

function pastOf(issue: Issue, known: StoredIssue, { revisions, serviceRevisions }: IssueBackground): IssuePast {
  const first = serviceRevisions.find(({ name }) => name === known.firstRevision);
  const [former] = serviceRevisions
    .filter(({ name, firstSeen, lastSeen }) => {
      const isBefore = first !== undefined && firstSeen < first.firstSeen;
      return isBefore && lastSeen >= issue.firstSeen - FORMER_MS && !revisions.includes(name);
    })
    // One that was only tried beside it, and given up, was heard of last before it.
    .sort((a, b) => b.lastSeen - a.lastSeen);
  return { broughtBy: broughtBy(known, serviceRevisions), revisions, former: former ?? null };
}
