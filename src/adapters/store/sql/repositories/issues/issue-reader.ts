import { type Kysely, sql } from 'kysely';
import type { IssueAbout, IssueFilter, IssueReader } from '../../../../../core/issues/index.ts';
import { chunksOf } from '../../chunks.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import type { Schema } from '../../schema.ts';
import { membersOf } from './incident-rows.ts';
import { foldSearch, fromJson, toStoredIncident, toStoredIssue } from './issue-row.ts';

const SORT_COLUMNS = {
  'last-seen': 'last_seen',
  'first-seen': 'first_seen',
  incidents: 'incidents',
  users: 'users',
} as const;

export function createIssueReader(db: Kysely<Schema>): IssueReader {
  return {
    async list(filter) {
      const column = SORT_COLUMNS[filter.sort];
      let issues = filtered(db, filter)
        .selectAll()
        .orderBy(column, 'desc')
        .orderBy('id')
        .limit(filter.limit + 1);
      if (filter.cursor !== null) {
        const { value, id } = parseCursor(filter.cursor);
        issues = issues.where(column, '<=', value).where((eb) => eb.or([eb(column, '<', value), eb('id', '>', id)]));
      }
      const page = toPage(await issues.execute(), filter.limit, (row) => ({ value: row[column], id: row.id }));
      return { items: page.rows.map(toStoredIssue), nextCursor: page.next, total: await countAll(db, filter) };
    },

    async idOfNumber(projectId: number, number: number): Promise<string | null> {
      const asked = db
        .selectFrom('issue')
        .select('id')
        .where('project_id', '=', projectId)
        .where('number', '=', number);
      return (await asked.executeTakeFirst())?.id ?? null;
    },

    async get(id) {
      const row = await db.selectFrom('issue').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toStoredIssue(row) : null;
    },

    async hours(ids, from) {
      const found = [];
      for (const chunk of chunksOf(ids)) {
        const rows = await db
          .selectFrom('issue_hour')
          .selectAll()
          .where('issue_id', 'in', chunk)
          .where('hour', '>=', from)
          .orderBy('issue_id')
          .orderBy('hour')
          .execute();
        found.push(...rows.map(({ issue_id, ...counted }) => ({ ...counted, issueId: issue_id })));
      }
      return found;
    },

    about: (id) => aboutIssue(db, id),

    async incidents(id, { cursor, limit }) {
      let incidents = db
        .selectFrom('incident')
        .selectAll()
        .where('issue_id', '=', id)
        .orderBy('from_time', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== null) {
        const after = parseCursor(cursor);
        incidents = incidents.where((eb) => eb(eb.refTuple('from_time', 'id'), '<', eb.tuple(after.value, after.id)));
      }
      const page = toPage(await incidents.execute(), limit, (row) => ({ value: row.from_time, id: row.id }));
      const members = await membersOf(
        db,
        page.rows.map((row) => row.id),
      );
      const items = page.rows.map((row) => toStoredIncident(row, members.get(row.id) ?? []));
      return { items, nextCursor: page.next, total: null };
    },
  };
}

function filtered(db: Kysely<Schema>, filter: IssueFilter) {
  let issues = db.selectFrom('issue').where('merged_into', 'is', null);
  for (const word of filter.words) {
    const pattern = `%${foldSearch(word).replace(/[\\%_]/g, '\\$&')}%`;
    issues = issues.where(sql<boolean>`search LIKE ${pattern} ESCAPE '\\'`);
  }
  if (filter.states !== null) issues = issues.where('state', 'in', filter.states.length > 0 ? filter.states : ['']);
  if (filter.projectId !== null) issues = issues.where('project_id', '=', filter.projectId);
  if (filter.service !== null) issues = issues.where('service', '=', filter.service);
  if (filter.assignee !== null) issues = issues.where('assignee', '=', filter.assignee);
  if (filter.minimumSeverity !== null) issues = issues.where('severity', '>=', filter.minimumSeverity);
  if (filter.revision !== null) {
    const { revision } = filter;
    issues = issues.where('id', 'in', (eb) =>
      eb.selectFrom('issue_revision').select('issue_id').where('issue_revision.revision', '=', revision),
    );
  }
  return issues;
}

async function countAll(db: Kysely<Schema>, filter: IssueFilter): Promise<number> {
  const { total } = await filtered(db, filter)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return total;
}

async function aboutIssue(db: Kysely<Schema>, id: string): Promise<IssueAbout> {
  const [hashes, revisions, history, suggestions, merged] = await Promise.all([
    db
      .selectFrom('issue_hash')
      .select('hash')
      .where('issue_id', '=', id)
      .orderBy('first_seen')
      .orderBy('hash')
      .execute(),
    db
      .selectFrom('issue_revision')
      .select(['revision', 'first_seen', 'last_seen', 'incidents'])
      .where('issue_id', '=', id)
      .orderBy('first_seen')
      .orderBy('revision')
      .execute(),
    db.selectFrom('issue_change').selectAll().where('issue_id', '=', id).orderBy('id').execute(),
    suggestionsFor(db, id),
    db.selectFrom('issue').select('id').where('merged_into', '=', id).orderBy('id').execute(),
  ]);
  return {
    hashes: hashes.map(({ hash }) => hash),
    revisions: revisions.map(({ first_seen, last_seen, ...seen }) => ({
      ...seen,
      firstSeen: first_seen,
      lastSeen: last_seen,
    })),
    history: history.map(({ issue_id, detail, ...change }) => ({
      ...change,
      issueId: issue_id,
      detail: fromJson(detail),
    })),
    suggestions,
    merged: merged.map((row) => row.id),
  };
}

/** A pair is suggested once; it shows at both. */
async function suggestionsFor(db: Kysely<Schema>, id: string): Promise<IssueAbout['suggestions']> {
  const pairs = db
    .selectFrom('issue_suggestion')
    .select(['other_id as other', 'score', 'reason'])
    .where('issue_id', '=', id)
    .where('dismissed_at', 'is', null)
    .unionAll((eb) =>
      eb
        .selectFrom('issue_suggestion')
        .select(['issue_id as other', 'score', 'reason'])
        .where('other_id', '=', id)
        .where('dismissed_at', 'is', null),
    );
  return db
    .selectFrom(pairs.as('pair'))
    .innerJoin('issue', 'issue.id', 'pair.other')
    .select(['pair.other as otherId', 'pair.score', 'pair.reason'])
    .where('issue.merged_into', 'is', null)
    .orderBy('pair.score', 'desc')
    .orderBy('pair.other')
    .execute();
}
