import { orderRevisions, type SeenRevisionRow, type StoredIssue } from '../../core/issues/index.ts';
import { understandStoredIssue } from '../../core/reports/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { WorkContext } from './work-context.ts';

/** An issue as it is stored, with what is understood of it again from its events. */
export interface ReadIssue {
  stored: StoredIssue;
  /** Null: none of its events is left. */
  found: Awaited<ReturnType<typeof understandStoredIssue>>;
  /** Every revision of its service that rows tell of, in their order. */
  revisions: readonly SeenRevisionRow[];
  /** Of these the one before the first that had the issue: the events at hand may be of the broken ones alone. */
  before: string | null;
}

/** Throws `not_found`. */
export async function readIssue({ store, understanding }: WorkContext, issueId: string): Promise<ReadIssue> {
  const { issues, index, fold } = await store();
  const stored = await issues.get(issueId);
  if (!stored) throw new GuardianError('not_found', { reason: issueId });
  const found = await understandStoredIssue(stored, { issues, index, understanding });
  const [background] = await fold.background([stored]);
  const revisions = orderRevisions(background?.serviceRevisions ?? []);
  const first = revisions.findIndex(({ name }) => name === stored.firstRevision);
  return { stored, found, revisions, before: revisions[first - 1]?.name ?? null };
}
