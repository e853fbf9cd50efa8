import type { Transaction } from 'kysely';
import type { AuditStore, SignedCheckpoint } from '../../../../../core/audit/index.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';

/** The last checkpoint that people were told of; `at` is epoch ms. */
interface LastTold {
  at: number;
  epoch: string;
  count: number;
  keyId: string;
}

type When = Parameters<AuditStore['tell']>[2];

/** The claim and the outbox row stand or fall together, so that of several nodes one tells. */
export async function tellCheckpoint(
  trx: Transaction<Schema>,
  trail: string,
  signed: SignedCheckpoint,
  { at, everyMs }: When,
): Promise<boolean> {
  const { epoch, count, keyId } = signed.checkpoint;
  const name = `audit.told:${trail}`;
  const row = await trx.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
  const last = row === undefined ? null : (JSON.parse(row.value) as LastTold);
  const isSameKey = last?.keyId === keyId && last.epoch === epoch;
  if (last !== null && isSameKey && (last.count >= count || (last.at <= at && at - last.at < everyMs))) return false;
  const value = JSON.stringify({ at, epoch, count, keyId } satisfies LastTold);
  const claimed =
    row === undefined
      ? await trx
          .insertInto('setting')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returning('name')
          .executeTakeFirst()
      : await trx
          .updateTable('setting')
          .set({ value })
          .where('name', '=', name)
          .where('value', '=', row.value)
          .returning('name')
          .executeTakeFirst();
  if (claimed === undefined) return false;
  const payload = { trail, count, keyId, at: Date.parse(signed.checkpoint.at), line: JSON.stringify(signed) };
  await addOutboxRows(trx, [{ kind: 'audit-checkpoint', projectId: null, subjectId: epoch, payload }], at);
  return true;
}
