import type { Transaction } from 'kysely';
import type { IssueChangeEntry } from '../../../../../core/issues/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';

/** Rows of history, in the transaction of the change they tell of. */
export async function addChanges(trx: Transaction<Schema>, history: readonly IssueChangeEntry[]): Promise<void> {
  const rows = history.map(({ issueId, at, actor, action, detail }) => ({
    issue_id: issueId,
    at: Math.floor(at),
    actor,
    action,
    detail: detail && JSON.stringify(detail),
  }));
  for (const chunk of chunksOf(rows)) await trx.insertInto('issue_change').values(chunk).execute();
}

/** Issues that never were: what opened them turned out to belong to another one. */
export async function removeIssues(trx: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx.deleteFrom('issue_hash').where('issue_id', 'in', ids).execute();
  await trx.deleteFrom('issue_hour').where('issue_id', 'in', ids).execute();
  await trx.deleteFrom('issue_revision').where('issue_id', 'in', ids).execute();
  await trx.deleteFrom('issue_user').where('issue_id', 'in', ids).execute();
  await trx.deleteFrom('issue_change').where('issue_id', 'in', ids).execute();
  await trx
    .deleteFrom('issue_suggestion')
    .where((eb) => eb.or([eb('issue_id', 'in', ids), eb('other_id', 'in', ids)]))
    .execute();
  await trx.deleteFrom('issue').where('id', 'in', ids).execute();
}
