import { fieldsOfEvent, wordsOfEvent } from '../../../../search/event-tokens.ts';
import { fieldToken } from '../../../../search/tokens.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import { loadEvents } from '../events/event-row.ts';
import type { NameText } from './name-text.ts';

const STEP = 200;
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Takes the user out of the events that name them, and out of what these are found by. Gives how many. */
export async function eraseEventUsers(dialect: StoreDialect, names: readonly NameText[]): Promise<number> {
  const terms = names.map(({ name }) => ({ tokens: [fieldToken('user', name)], isPrefix: false }));
  const query = { groups: [terms], excluded: [] };
  let erased = 0;
  for (let from = ALL.from; ; ) {
    const page = { limit: STEP, isNewestFirst: false };
    const seqs = await dialect.text.find(query, { from, to: ALL.to }, page, null);
    if (seqs.length === 0) return erased;
    erased += await eraseFrom(dialect, seqs, names);
    from = seqs.at(-1)! + 1;
  }
}

function eraseFrom(dialect: StoreDialect, seqs: readonly number[], names: readonly NameText[]): Promise<number> {
  const clean = (text: string) => names.reduce((cleaned, name) => name.takenFrom(cleaned), text);
  return dialect.kysely.transaction().execute(async (trx) => {
    const rows = await trx.selectFrom('event').selectAll().where('seq', 'in', seqs).execute();
    for (const { seq, body, detail } of rows) {
      const { user: _erased, ...rest } = unpackJson(detail) as Record<string, unknown>;
      const cleaned = JSON.parse(clean(JSON.stringify(rest))) as unknown;
      await trx
        .updateTable('event')
        .set({ body: clean(body), detail: packJson(cleaned) })
        .where('seq', '=', seq)
        .execute();
    }
    // The index is made anew for them: it takes rows with their text only.
    const events = new Map((await loadEvents(trx, seqs)).map((stored) => [stored.seq, stored]));
    const fresh = await trx.selectFrom('event').selectAll().where('seq', 'in', seqs).execute();
    await dialect.text.remove(trx, seqs);
    await trx.deleteFrom('event').where('seq', 'in', seqs).execute();
    await dialect.bulk.insertEvents(
      trx,
      fresh.map((row) => {
        const { projectId, event } = events.get(row.seq)!;
        return { event: row, words: wordsOfEvent(event), fields: fieldsOfEvent(projectId, event) };
      }),
    );
    return rows.length;
  });
}
