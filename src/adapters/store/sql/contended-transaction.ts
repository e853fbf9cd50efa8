import type { Transaction } from 'kysely';
import type { StoreDialect } from './dialects/dialect.ts';
import type { Schema } from './schema.ts';

const ATTEMPTS = 5;

/** A transaction that is begun anew when it lost against another one; so `work` may be asked several times. */
export async function contendedTransaction<T>(
  dialect: StoreDialect,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dialect.kysely.transaction().execute(work);
    } catch (error) {
      if (attempt >= ATTEMPTS || !dialect.isContention(error)) throw error;
    }
  }
}
