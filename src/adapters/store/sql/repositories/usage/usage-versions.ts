import type { Transaction } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { Schema } from '../../schema.ts';
import { ALL } from './usage-counts.ts';

/** What readers remember of these steps, and of the same over all services, is no longer true. */
export async function bumpVersions(
  trx: Transaction<Schema>,
  touched: readonly { step: string; at: number; service: string }[],
): Promise<void> {
  const rows = new Map<string, { step: string; service: string; at: number; version: number }>();
  const add = (step: string, service: string, at: number) =>
    rows.set(JSON.stringify([step, service, at]), { step, service, at, version: 1 });
  for (const { step, at, service } of touched) {
    add(step, service, at);
    add(step, ALL.service, at);
  }
  add('all', ALL.service, 0);
  const ordered = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  for (const chunk of chunksOf(ordered)) {
    await trx
      .insertInto('usage_version')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['step', 'service', 'at'])
          .doUpdateSet((eb) => ({ version: eb('usage_version.version', '+', 1) })),
      )
      .execute();
  }
}
