import type { Transaction } from 'kysely';
import type { Schema } from '../../schema.ts';

/**
 * First and last of each issue, from its incidents: three rows of two indexes for each. Issues that have none (or are merged away, so
 * that their incidents are another's) keep what they have. An issue was last seen when the last incident ended, which need not be the one
 * that began last.
 */
export async function refreshSeen(trx: Transaction<Schema>, issueIds: readonly string[]): Promise<void> {
  for (const id of issueIds) {
    const first = await endOf(trx, id, 'from_time', 'asc');
    const last = await endOf(trx, id, 'from_time', 'desc');
    const ended = await endOf(trx, id, 'to_time', 'desc');
    if (!first || !last || !ended) continue;
    await trx
      .updateTable('issue')
      .set({
        first_seen: first.from_time,
        first_event_seq: first.event_seq,
        first_revision: first.revision,
        last_seen: ended.to_time,
        last_event_seq: last.event_seq,
        last_revision: last.revision,
      })
      .where('id', '=', id)
      .execute();
  }
}

function endOf(trx: Transaction<Schema>, issueId: string, by: 'from_time' | 'to_time', direction: 'asc' | 'desc') {
  return trx
    .selectFrom('incident')
    .select(['from_time', 'to_time', 'event_seq', 'revision'])
    .where('issue_id', '=', issueId)
    .orderBy(by, direction)
    .orderBy('id', direction)
    .limit(1)
    .executeTakeFirst();
}

/** When each of these revisions of an issue was seen, from the incidents that are left in it. */
export async function refreshRevisions(
  trx: Transaction<Schema>,
  revisions: readonly { issueId: string; revision: string }[],
): Promise<void> {
  for (const { issueId, revision } of revisions) {
    const { first, last } = await trx
      .selectFrom('incident')
      .select(({ fn }) => [fn.min('from_time').as('first'), fn.max('to_time').as('last')])
      .where('issue_id', '=', issueId)
      .where('revision', '=', revision)
      .executeTakeFirstOrThrow();
    if (first === null || last === null) continue;
    await trx
      .updateTable('issue_revision')
      .set({ first_seen: first, last_seen: last })
      .where('issue_id', '=', issueId)
      .where('revision', '=', revision)
      .execute();
  }
}
