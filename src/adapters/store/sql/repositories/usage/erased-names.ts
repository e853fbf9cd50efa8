import type { Kysely } from 'kysely';
import type { ErasedNames } from '../../../../../core/usage/ports.ts';
import type { Schema } from '../../schema.ts';

export async function erasedNames(db: Kysely<Schema>): Promise<ErasedNames> {
  const rows = await db.selectFrom('usage_erased').selectAll().execute();
  return new Map(rows.map(({ hash, at }) => [hash, at]));
}
