import type { Transaction, Updateable } from 'kysely';
import type { IssueChangeEntry, IssueWriter, OutboxEntry, StoredIssue } from '../../../../../core/issues/index.ts';
import { GuardianError } from '../../../../../core/shared/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { addChanges } from './issue-records.ts';
import { toJson } from './issue-row.ts';
import { mergeIssue, unmergeIssue } from './merge-issues.ts';

export function createIssueWriter(dialect: StoreDialect): IssueWriter {
  const { kysely } = dialect;
  /** The change, its history and its outbox row, or nothing. */
  const together = <T>(
    history: readonly IssueChangeEntry[],
    outbox: OutboxEntry,
    change: (trx: Transaction<Schema>) => Promise<T>,
  ): Promise<T> =>
    kysely.transaction().execute(async (trx) => {
      const result = await change(trx);
      await addChanges(trx, history);
      await addOutboxRows(trx, [outbox], history[0]?.at ?? 0);
      return result;
    });

  return {
    async change(id, change, history, outbox) {
      try {
        return await together([history], outbox, async (trx) => {
          const { numUpdatedRows } = await trx
            .updateTable('issue')
            .set(toUpdate(change))
            .where('id', '=', id)
            .executeTakeFirst();
          if (numUpdatedRows === 0n) throw new GuardianError('not_found', { path: id });
          return true;
        });
      } catch (error) {
        if (error instanceof GuardianError && error.code === 'not_found') return false;
        throw error;
      }
    },

    note: (history, outbox) => together([history], outbox, async () => {}),

    merge: (id, into, history, outbox) => together(history, outbox, (trx) => mergeIssue(trx, dialect, id, into)),

    unmerge: (id, history, outbox) => together(history, outbox, (trx) => unmergeIssue(trx, dialect, id)),

    async dismissSuggestion(id, otherId, at) {
      await kysely
        .updateTable('issue_suggestion')
        .set({ dismissed_at: at })
        .where((eb) =>
          eb.or([
            eb.and([eb('issue_id', '=', id), eb('other_id', '=', otherId)]),
            eb.and([eb('issue_id', '=', otherId), eb('other_id', '=', id)]),
          ]),
        )
        .where('dismissed_at', 'is', null)
        .execute();
    },
  };
}

type Changeable = Partial<Pick<StoredIssue, 'state' | 'stateDetail' | 'stateSince' | 'assignee'>>;

/** Kysely leaves out what is undefined. */
function toUpdate(change: Changeable): Updateable<Schema['issue']> {
  return {
    ...(change.state !== undefined && { state: change.state }),
    ...(change.stateDetail !== undefined && { state_detail: toJson(change.stateDetail) }),
    ...(change.stateSince !== undefined && { state_since: Math.floor(change.stateSince) }),
    ...(change.assignee !== undefined && { assignee: change.assignee }),
  };
}
