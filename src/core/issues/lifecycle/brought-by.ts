import type { SeenRevisionRow, StoredIssue } from '../ports.ts';
import { orderRevisions } from './revision-order.ts';

/** What breaks later than a day after a revision began was seldom brought by it: it was there all the time, or came from outside. */
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The revision that brought the issue: the first it was seen in, within a day of its beginning, where the service had run before. Null: none did, as far as
 * is known.
 */
export function broughtBy(
  { firstRevision, firstSeen }: Pick<StoredIssue, 'firstRevision' | 'firstSeen'>,
  known: readonly SeenRevisionRow[],
): string | null {
  const ordered = orderRevisions(known);
  const index = ordered.findIndex(({ name }) => name === firstRevision);
  const began = ordered[index]?.deployedAt ?? ordered[index]?.firstSeen;
  return index > 0 && began !== undefined && firstSeen - began < DAY_MS ? firstRevision : null;
}
