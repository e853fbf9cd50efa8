import { type Selectable, type SqlBool, sql } from 'kysely';
import type { EventStanding } from '../../../../../core/events/index.ts';
import { standingToken, wordsOfEvent } from '../../../../search/event-tokens.ts';
import { fieldToken } from '../../../../search/tokens.ts';
import type { IssueOfEvent, SeqCondition, StoreDialect } from '../../dialects/dialect.ts';
import { IS_PACKED, packJson, unpackJson } from '../../packed-json.ts';
import type { EventTable } from '../../schema/events.ts';
import { fieldsOf } from '../events/event-draft.ts';
import { SEQS_PER_MS, toEvent } from '../events/event-row.ts';
import { mayHold, type NameText } from './name-text.ts';

const STEP = 200;
/** Events that one statement looks through: nobody waits long for the database, and packed ones are unpacked here. */
const LOOKED_THROUGH = 1_000;
const STANDINGS: readonly EventStanding[] = ['error', 'warning', 'latency', 'served'];
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

async function eraseFrom(dialect: StoreDialect, seqs: readonly number[], names: readonly NameText[]): Promise<number> {
  // What only the index says of them; it never changes.
  const standings = await standingsOf(dialect, seqs);
  return dialect.kysely.transaction().execute(async (trx) => {
    const rows = await trx.selectFrom('event').selectAll().where('seq', 'in', seqs).execute();
    // The index is made anew for them: it takes rows with their text only, and their issues apart.
    await dialect.text.remove(trx, seqs);
    await trx.deleteFrom('event').where('seq', 'in', seqs).execute();
    await dialect.bulk.insertEvents(
      trx,
      rows.map((row) => {
        const cleaned = { ...without(names, row), issue_id: null };
        const event = toEvent(cleaned, Math.floor(row.seq / SEQS_PER_MS));
        const fields = fieldsOf({ projectId: row.project_id, event, standing: standings.get(row.seq) ?? null });
        return { event: cleaned, words: wordsOfEvent(event), fields };
      }),
    );
    await dialect.bulk.setIssues(trx, issuesOf(rows));
    return rows.length;
  });
}

type StoredRow = Selectable<EventTable>;

async function standingsOf(dialect: StoreDialect, seqs: readonly number[]): Promise<Map<number, EventStanding>> {
  const found = new Map<number, EventStanding>();
  const range = { from: Math.min(...seqs), to: Math.max(...seqs) + 1 };
  const page = { limit: seqs.length, isNewestFirst: false };
  for (const standing of STANDINGS) {
    const groups = [[{ tokens: [standingToken(standing)], isPrefix: false }]];
    const isOne: SeqCondition = (seq) => sql<SqlBool>`${seq} IN (${sql.join(seqs)})`;
    for (const seq of await dialect.text.find({ groups, excluded: [] }, range, page, isOne)) found.set(seq, standing);
  }
  return found;
}

function without(names: readonly NameText[], row: StoredRow): StoredRow {
  const clean = (text: string) => names.reduce((cleaned, name) => name.takenFrom(cleaned), text);
  const { user, ...rest } = unpackJson(row.detail) as { user?: { id?: string | null; name?: string | null } };
  const isTheirs = names.some((name) => name.isName(user?.id) || name.isName(user?.name));
  const kept = user === undefined || isTheirs ? rest : { ...rest, user };
  return { ...row, body: clean(row.body), detail: packJson(JSON.parse(clean(JSON.stringify(kept)))) };
}

function issuesOf(rows: readonly StoredRow[]): Map<number, IssueOfEvent> {
  const issues = new Map<number, IssueOfEvent>();
  for (const { seq, issue_id: issueId, stored_in_issue: stored } of rows)
    if (issueId !== null) issues.set(seq, { issueId, stored: stored ?? null });
  return issues;
}
