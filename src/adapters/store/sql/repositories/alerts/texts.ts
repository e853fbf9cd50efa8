import type { Transaction } from 'kysely';
import type { PostedText, TextStore } from '../../../../../core/alerts/ports.ts';
import { chunksOf } from '../../chunks.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import type { GivenColumns, StoreDialect } from '../../dialects/dialect.ts';
import type { PostedTextTable } from '../../schema/alerts.ts';
import type { Schema } from '../../schema.ts';

const COLUMNS: GivenColumns<PostedTextTable> = {
  project_id: 'integer',
  id: 'text',
  at: 'integer',
  content: 'text',
  subject: 'text',
  types: 'text',
};

type TextKey = Pick<PostedTextTable, 'project_id' | 'id'>;

export function createTextStore(dialect: StoreDialect): TextStore {
  const { kysely } = dialect;
  return {
    add: (text) => contendedTransaction(dialect, async (trx) => (await addTexts(trx, dialect, [text])).size > 0),

    async looked(projectId, ids) {
      const found = new Map<string, string[]>();
      for (const chunk of chunksOf([...new Set(ids)])) {
        const rows = await kysely
          .selectFrom('posted_text')
          .select(['id', 'types'])
          .where('project_id', '=', projectId)
          .where('id', 'in', chunk)
          .execute();
        for (const { id, types } of rows) found.set(id, JSON.parse(types) as string[]);
      }
      return found;
    },
  };
}

/** Gives the keys of those that are new; types of known ones add up. */
export async function addTexts(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  texts: readonly PostedText[],
): Promise<Set<string>> {
  const byKey = new Map<string, PostedText>();
  for (const text of texts) {
    const key = keyOf({ project_id: text.projectId, id: text.id });
    const known = byKey.get(key);
    byKey.set(key, known ? { ...known, types: joined(known.types, text.types) } : text);
  }
  const added = new Set<string>();
  const names = Object.keys(COLUMNS) as (keyof PostedTextTable)[];
  for (const chunk of chunksOf([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)))) {
    const rows = chunk.map(([, text]) => toRow(text));
    const fresh = await trx
      .insertInto('posted_text')
      .columns(names)
      // SQLite takes `ON CONFLICT` after a SELECT for a join without this.
      .expression(
        trx
          .selectFrom(dialect.given(COLUMNS, rows).as('given'))
          .select(names)
          .where((eb) => eb.lit(true)),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning(['project_id', 'id'])
      .execute();
    for (const row of fresh) added.add(keyOf(row));
    await addTypes(
      trx,
      dialect,
      chunk.filter(([key]) => !added.has(key)).map(([, text]) => toRow(text)),
    );
  }
  return added;
}

/** To texts that were there: whoever added them first has ended by now. */
async function addTypes(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  rows: readonly PostedTextTable[],
): Promise<void> {
  for (const { project_id, id, types } of rows) {
    const known = await trx
      .selectFrom('posted_text')
      .select('types')
      .where('project_id', '=', project_id)
      .where('id', '=', id)
      .modifyEnd(dialect.lock.wait)
      .executeTakeFirst();
    if (!known) continue;
    const before = JSON.parse(known.types) as string[];
    const after = joined(before, JSON.parse(types) as string[]);
    if (after.length === before.length) continue;
    await trx
      .updateTable('posted_text')
      .set({ types: JSON.stringify(after) })
      .where('project_id', '=', project_id)
      .where('id', '=', id)
      .execute();
  }
}

function joined(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

function toRow({ projectId, id, at, content, subject, types }: PostedText): PostedTextTable {
  return {
    project_id: projectId,
    id,
    at: Math.floor(at),
    content,
    subject: JSON.stringify(subject),
    types: JSON.stringify(joined(types, [])),
  };
}

function keyOf({ project_id, id }: TextKey): string {
  return `${project_id} ${id}`;
}
