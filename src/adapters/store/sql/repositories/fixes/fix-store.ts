import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Fix, FixOpened, FixOpening, FixReader, FixStore } from '../../../../../core/fixes/index.ts';
import { OPEN_FIX_STATES } from '../../../../../core/fixes/ports.ts';
import type { HandOff } from '../../../../../core/reports/index.ts';
import { contendedTransaction } from '../../contended-transaction.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { attemptRow, changeRow, fixColumns, pullRequestKey, toAttempt, toChange, toFix } from './fix-row.ts';
import { addFixChange, moveFix, moveIssue } from './write-fix.ts';

/** Changes and attempts of one fix that are shown. */
const SHOWN = 500;

export function createFixStore(dialect: StoreDialect): FixStore & FixReader {
  const { kysely } = dialect;
  return {
    open: (opening) => contendedTransaction(dialect, (trx) => openFix(trx, dialect, opening)),

    move: (move) => contendedTransaction(dialect, (trx) => moveFix(trx, move, move.at)),

    note: (change) => contendedTransaction(dialect, (trx) => addFixChange(trx, change)),

    forget: ({ before, limit }) =>
      contendedTransaction(dialect, async (trx) => {
        const old = await trx
          .selectFrom('fix')
          .select('id')
          .where('state', 'not in', [...OPEN_FIX_STATES])
          .where('state_since', '<', before)
          .orderBy('state_since')
          .limit(limit)
          .execute();
        const ids = old.map(({ id }) => id);
        const marks = await trx
          .selectFrom('fix_reply_mark')
          .select('mark')
          .where('at', '<', before)
          .orderBy('at')
          .limit(limit)
          .execute();
        const aged = marks.map(({ mark }) => mark);
        if (aged.length > 0) await trx.deleteFrom('fix_reply_mark').where('mark', 'in', aged).execute();
        if (ids.length === 0) return aged.length;
        await trx.deleteFrom('fix_attempt').where('fix_id', 'in', ids).execute();
        await trx.deleteFrom('fix_change').where('fix_id', 'in', ids).execute();
        await trx.deleteFrom('fix').where('id', 'in', ids).execute();
        return ids.length + aged.length;
      }),

    async get(id) {
      const row = await kysely.selectFrom('fix').select(['content', 'version']).where('id', '=', id).executeTakeFirst();
      return row ? toFix(row) : null;
    },

    async newestOf(issueId) {
      const row = await kysely
        .selectFrom('fix')
        .select(['content', 'version'])
        .where('issue_id', '=', issueId)
        .orderBy('handed_off_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? toFix(row) : null;
    },

    async list({ states, projectId, issueId, service, since, cursor, limit }) {
      let fixes = kysely
        .selectFrom('fix')
        .select(['id', 'handed_off_at', 'content', 'version'])
        .orderBy('handed_off_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (states !== null) fixes = fixes.where('state', 'in', [...states]);
      if (projectId !== null) fixes = fixes.where('project_id', '=', projectId);
      if (issueId !== null) fixes = fixes.where('issue_id', '=', issueId);
      if (service !== null) fixes = fixes.where('service', '=', service);
      if (since !== null) fixes = fixes.where('state_since', '>=', since);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        fixes = fixes.where((eb) => eb(eb.refTuple('handed_off_at', 'id'), '<', eb.tuple(value, id)));
      }
      const page = toPage(await fixes.execute(), limit, (row) => ({ value: row.handed_off_at, id: row.id }));
      return { items: page.rows.map(toFix), nextCursor: page.next };
    },

    async about(id) {
      const row = await kysely.selectFrom('fix').select('hand_off').where('id', '=', id).executeTakeFirst();
      if (!row) return null;
      const history = await kysely
        .selectFrom('fix_change')
        .selectAll()
        .where('fix_id', '=', id)
        .orderBy('id')
        .limit(SHOWN)
        .execute();
      const attempts = await kysely
        .selectFrom('fix_attempt')
        .selectAll()
        .where('fix_id', '=', id)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(SHOWN)
        .execute();
      return {
        handOff: row.hand_off === null ? null : (unpackJson(row.hand_off) as HandOff),
        history: history.map(toChange),
        attempts: attempts.map(toAttempt),
      };
    },

    async ofPullRequest(pullRequest) {
      const row = await kysely
        .selectFrom('fix')
        .select(['content', 'version'])
        .where('pull_request', '=', pullRequestKey(pullRequest))
        .orderBy('handed_off_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? toFix(row) : null;
    },
  };
}

async function openFix(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  { fix, handOff, change, issue, outbox, work, cap }: FixOpening,
): Promise<FixOpened> {
  if (cap !== null) {
    // Nodes that open automatic ones at once wait for each other: else each would count without the other's.
    if (dialect.lock.isNeeded)
      await trx.selectFrom('project').select('id').orderBy('id').modifyEnd(dialect.lock.wait).execute();
    const { made } = await trx
      .selectFrom('fix')
      .select(({ fn }) => fn.countAll<number>().as('made'))
      .where('handed_off_at', '>', cap.since)
      .where('is_automatic', '=', 1)
      .executeTakeFirstOrThrow();
    if (Number(made) >= cap.most) return { kind: 'capped', made: Number(made) };
  }
  const added = await trx
    .insertInto('fix')
    .values({ ...fixColumns(fix), hand_off: packJson(handOff) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((added.numInsertedOrUpdatedRows ?? 0n) === 0n) return { kind: 'open', fix: await openOf(trx, fix) };
  await trx.insertInto('fix_change').values(changeRow(change)).execute();
  await addOutboxRows(trx, [...outbox, ...(issue ? await moveIssue(trx, issue) : [])], Math.floor(change.at));
  if (work)
    await trx
      .insertInto('fix_attempt')
      .values(attemptRow(`try-${randomUUID()}`, { fixId: fix.id, work, at: change.at }))
      .execute();
  return { kind: 'opened', fix };
}

/** The one in the way; the fix itself when it was opened before under its own id. */
async function openOf(trx: Transaction<Schema>, { id, issueId }: Fix): Promise<Fix> {
  const row = await trx
    .selectFrom('fix')
    .select(['content', 'version'])
    .where((eb) =>
      eb.or([eb('id', '=', id), eb.and([eb('issue_id', '=', issueId), eb('state', 'in', [...OPEN_FIX_STATES])])]),
    )
    .limit(1)
    .executeTakeFirstOrThrow();
  return toFix(row);
}
