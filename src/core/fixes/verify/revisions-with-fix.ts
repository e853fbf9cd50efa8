import { orderRevisions } from '../../issues/index.ts';
import type { Fix } from '../fix.ts';
import type { FixHistory, ServiceRevision } from '../ports.ts';

/** Revisions whose history is looked into at a time, the newest. */
const LOOKED_INTO = 30;

export interface RevisionsOptions {
  /** Every revision of the service. */
  known: readonly ServiceRevision[];
  /** Null: there is no repository to ask. */
  history: Pick<FixHistory, 'commitOf' | 'contains'> | null;
}

/**
 * Revisions that hold the fix, oldest first; empty: none that is known to. In this order: the one that was named and all after it; those whose commit holds
 * the commit of the fix; once it is said to be deployed without either, the first that was new then, and all after it.
 */
export async function revisionsWithFix(fix: Fix, { known, history }: RevisionsOptions): Promise<ServiceRevision[]> {
  const ordered = orderRevisions(known) as ServiceRevision[];
  const commit = fix.mergedCommit ?? fix.proposal?.commit ?? null;
  if (fix.revisionWithFix !== null) {
    const after = from(ordered, ({ name }) => name === fix.revisionWithFix);
    return commit === null || history === null ? after : withoutRolledBack(after, commit, history);
  }
  if (commit !== null && history !== null) {
    const holding = await holdersOf(
      commit,
      ordered.filter((one) => isNewSince(one, fix.handedOffAt)),
      history,
    );
    if (holding.length > 0) return holding;
  }
  if (fix.state !== 'deployed' && fix.state !== 'verified') return [];
  return from(ordered, (one) => isNewSince(one, fix.proposal?.at ?? fix.handedOffAt));
}

/** A revision after it may be an older state that was brought back: then it does not hold the fix. */
async function withoutRolledBack(
  revisions: readonly ServiceRevision[],
  commit: string,
  history: Pick<FixHistory, 'commitOf' | 'contains'>,
): Promise<ServiceRevision[]> {
  const [named, ...later] = revisions;
  if (!named) return [];
  const kept = [named];
  for (const revision of later.slice(-LOOKED_INTO)) {
    const running = revision.commit ?? (await history.commitOf(revision.name));
    if (running === null || (await history.contains(running, commit)) !== false) kept.push(revision);
  }
  return kept;
}

async function holdersOf(
  commit: string,
  revisions: readonly ServiceRevision[],
  history: Pick<FixHistory, 'commitOf' | 'contains'>,
): Promise<ServiceRevision[]> {
  const holding: ServiceRevision[] = [];
  for (const revision of revisions.slice(-LOOKED_INTO)) {
    const running = revision.commit ?? (await history.commitOf(revision.name));
    if (running !== null && (await history.contains(running, commit)) === true) holding.push(revision);
  }
  return holding;
}

function isNewSince({ firstSeen, deployedAt }: ServiceRevision, since: number): boolean {
  return (deployedAt ?? firstSeen) > since;
}

function from(ordered: readonly ServiceRevision[], isFirst: (one: ServiceRevision) => boolean): ServiceRevision[] {
  const first = ordered.findIndex(isFirst);
  return first < 0 ? [] : ordered.slice(first);
}
