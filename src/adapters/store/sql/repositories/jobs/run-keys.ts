import type { Transaction } from 'kysely';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';

interface KeyChange {
  key: string;
  by: number;
}

const COLUMNS = { key: 'text', by: 'integer' } as const;

/**
 * Adds to the runs that hold each key. Keys are the last rows that a transaction takes, in the order of their names: whoever waits for one
 * waits for somebody who waits for nothing.
 */
export async function changeKeys(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  changes: ReadonlyMap<string, number>,
): Promise<void> {
  const rows: KeyChange[] = [...changes].filter(([, by]) => by !== 0).map(([key, by]) => ({ key, by }));
  if (rows.length === 0) return;
  if (rows.some(({ by }) => by > 0) || dialect.lock.isNeeded) {
    await holdKeys(
      trx,
      dialect,
      rows.map(({ key }) => key),
    );
  }
  await trx
    .updateTable('run_key')
    .from(dialect.given<KeyChange>(COLUMNS, rows).as('given'))
    .set((eb) => ({ running: eb('run_key.running', '+', eb.ref('given.by')) }))
    .whereRef('run_key.key', '=', 'given.key')
    .execute();
}

/** How many runs hold each of the keys, which nobody else takes or gives back meanwhile. */
export async function holdKeys(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const wanted = [...new Set(keys)].sort();
  if (wanted.length === 0) return new Map();
  const held = await readHeld(trx, dialect, wanted);
  const missing = wanted.filter((key) => !held.has(key));
  if (missing.length === 0) return held;
  await trx
    .insertInto('run_key')
    .values(missing.map((key) => ({ key, running: 0 })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return readHeld(trx, dialect, wanted);
}

async function readHeld(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('run_key')
    .selectAll()
    .where(
      'key',
      'in',
      dialect.kysely
        .selectFrom(
          dialect
            .given<{ key: string }>(
              { key: 'text' },
              keys.map((key) => ({ key })),
            )
            .as('given'),
        )
        .select('given.key'),
    )
    .orderBy('key')
    .modifyEnd(dialect.lock.wait)
    .execute();
  return new Map(rows.map(({ key, running }) => [key, running]));
}
