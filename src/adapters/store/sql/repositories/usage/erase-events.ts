import { sql } from 'kysely';
import { fieldsOfEvent, wordsOfEvent } from '../../../../search/event-tokens.ts';
import { fieldToken } from '../../../../search/tokens.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { IS_PACKED, packJson, unpackJson } from '../../packed-json.ts';
import { loadEvents } from '../events/event-row.ts';
import { mayHold, type NameText } from './name-text.ts';

const STEP = 200;
/** Events that one statement looks through: nobody waits long for the database, and packed ones are unpacked here. */
const LOOKED_THROUGH = 1_000;
const END = Number.MAX_SAFE_INTEGER;

/** Takes the names out of the events that hold them, and out of what these are found by. Gives how many. */
export async function eraseEventNames(dialect: StoreDialect, names: readonly NameText[]): Promise<number> {
  let erased = 0;
  for await (const seqs of eventsOf(dialect, names)) erased += await eraseFrom(dialect, seqs, names);
  return erased;
}

/** Whether an event still holds one of the names. */
export async function isInEvents(dialect: StoreDialect, names: readonly NameText[]): Promise<boolean> {
  for await (const _ of eventsOf(dialect, names)) return true;
  return false;
}

/** Those whose user it is, by the index; then those that hold a name anywhere else, which only reading each of them tells. */
async function* eventsOf(dialect: StoreDialect, names: readonly NameText[]): AsyncGenerator<number[]> {
  const terms = names.map(({ name }) => ({ tokens: [fieldToken('user', name)], isPrefix: false }));
  const page = { limit: STEP, isNewestFirst: false };
  for (let from = 0; ; ) {
    const seqs = await dialect.text.find({ groups: [terms], excluded: [] }, { from, to: END }, page, null);
    if (seqs.length === 0) break;
    yield seqs;
    from = seqs.at(-1)! + 1;
  }
  yield* eventsWith(
    dialect,
    names.filter(({ isTelling }) => isTelling),
  );
}

async function* eventsWith(dialect: StoreDialect, names: readonly NameText[]): AsyncGenerator<number[]> {
  const { kysely } = dialect;
  for (let after = names.length === 0 ? END : -1; after < END; ) {
    const last = await kysely
      .selectFrom('event')
      .select('seq')
      .where('seq', '>', after)
      .orderBy('seq')
      .offset(LOOKED_THROUGH - 1)
      .limit(1)
      .executeTakeFirst();
    const to = last?.seq ?? END;
    const detail = dialect.kind === 'sqlite' ? sql`CAST(detail AS TEXT)` : sql`convert_from(detail, 'UTF8')`;
    const { rows } = await sql<{ seq: number; body: string; detail: Uint8Array }>`
      SELECT seq, body, detail FROM event WHERE seq > ${after} AND seq <= ${to} AND (
        ${mayHold(dialect, sql.ref('body'), names)}
        OR CASE WHEN ${IS_PACKED[dialect.kind]('detail')} THEN true ELSE ${mayHold(dialect, detail, names)} END)`.execute(
      kysely,
    );
    const seqs = rows.filter((row) => holds(row, names)).map(({ seq }) => seq);
    if (seqs.length > 0) yield seqs;
    after = to;
  }
}

function holds({ body, detail }: { body: string; detail: Uint8Array }, names: readonly NameText[]): boolean {
  const text = JSON.stringify(unpackJson(detail));
  return names.some((name) => name.isIn(body) || name.isIn(text));
}

function eraseFrom(dialect: StoreDialect, seqs: readonly number[], names: readonly NameText[]): Promise<number> {
  const clean = (text: string) => names.reduce((cleaned, name) => name.takenFrom(cleaned), text);
  return dialect.kysely.transaction().execute(async (trx) => {
    const rows = await trx.selectFrom('event').selectAll().where('seq', 'in', seqs).execute();
    for (const { seq, body, detail } of rows) {
      const { user, ...rest } = unpackJson(detail) as { user?: { id?: string | null; name?: string | null } };
      const isTheirs = names.some((name) => name.isName(user?.id) || name.isName(user?.name));
      const kept = user === undefined || isTheirs ? rest : { ...rest, user };
      const cleaned = JSON.parse(clean(JSON.stringify(kept))) as unknown;
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
