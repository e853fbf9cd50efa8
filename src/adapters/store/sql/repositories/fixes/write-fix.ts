import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Fix, FixChange, FixMove, IssueMove } from '../../../../../core/fixes/index.ts';
import { RepeatedReply } from '../../../../../core/fixes/ports.ts';
import type { OutboxEntry } from '../../../../../core/issues/index.ts';
import type { Schema } from '../../schema.ts';
import { addChanges } from '../issues/issue-records.ts';
import { toJson } from '../issues/issue-row.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { attemptRow, changeRow, fixColumns } from './fix-row.ts';

/** Carries a move out within the transaction; null, and nothing is written, when the fix is no longer what it was made from. */
export async function moveFix(
  trx: Transaction<Schema>,
  { fix, to, change, issue, outbox, work }: FixMove,
  at: number,
): Promise<Fix | null> {
  const moved: Fix = { ...fix, ...to, version: fix.version + 1 };
  const { numUpdatedRows } = await trx
    .updateTable('fix')
    .set(fixColumns(moved))
    .where('id', '=', fix.id)
    .where('version', '=', fix.version)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return null;
  if (change) await addFixChange(trx, change);
  await addOutboxRows(trx, [...outbox, ...(issue ? await moveIssue(trx, issue) : [])], Math.floor(at));
  if (work)
    await trx
      .insertInto('fix_attempt')
      .values(attemptRow(`try-${randomUUID()}`, { fixId: fix.id, work, at }))
      .execute();
  return moved;
}

/** With what the mail it came by is known by: `RepeatedReply` when another change has it. */
export async function addFixChange(trx: Transaction<Schema>, change: FixChange): Promise<void> {
  const { marks = [], at } = change;
  if (marks.length > 0) {
    const added = await trx
      .insertInto('fix_reply_mark')
      .values(marks.map((mark) => ({ mark, at: Math.floor(at) })))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (Number(added.numInsertedOrUpdatedRows ?? 0n) < marks.length) throw new RepeatedReply();
  }
  await trx.insertInto('fix_change').values(changeRow(change)).execute();
}

/** Only from the states that are named: what a person decided meanwhile stands. Gives the outbox row that tells of it. */
export async function moveIssue(
  trx: Transaction<Schema>,
  { issueId, from, change, history, outbox }: IssueMove,
): Promise<OutboxEntry[]> {
  const { numUpdatedRows } = await trx
    .updateTable('issue')
    .set({
      ...(change.state !== undefined && { state: change.state }),
      ...(change.stateDetail !== undefined && { state_detail: toJson(change.stateDetail) }),
      ...(change.stateSince !== undefined && { state_since: Math.floor(change.stateSince) }),
    })
    .where('id', '=', issueId)
    .where('merged_into', 'is', null)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return [];
  await addChanges(trx, [history]);
  return [outbox];
}
