import type { Transaction, Updateable } from 'kysely';
import type { FoldPlan, StoredIncident } from '../../../../../core/issues/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { IssueOfEvent, StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { addOutboxRows } from '../telling/outbox.ts';
import { CountChanges } from './count-changes.ts';
import { membersOf } from './incident-rows.ts';
import { addChanges, removeIssues } from './issue-records.ts';
import { searchText, toIncidentRow, toIssueRow, toJson, toStoredIssue } from './issue-row.ts';
import { MergedAway } from './merged-away.ts';
import { refreshRevisions, refreshSeen } from './refresh-seen.ts';

/**
 * Carries out one pass of folding. Counts follow from the difference between the incidents as they were told before and as they are told
 * now, so that a plan may be applied again without counting twice.
 */
export async function applyFoldPlan(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  plan: FoldPlan,
  now: number,
): Promise<void> {
  await openIssues(trx, plan);
  await lockIssues(trx, dialect, plan);
  const { counts, shrunk } = await replaceIncidents(trx, dialect, plan);
  await counts.write(trx);
  await refreshRevisions(trx, shrunk);
  await changeIssues(trx, plan);
  await refreshSeen(trx, counts.issueIds);
  await addHashes(trx, plan);
  await addChanges(trx, plan.history);
  await addOutboxRows(trx, plan.outbox, now);
  await addSuggestions(trx, plan);
  await removeVanished(trx, plan);
  for (const seqs of chunksOf(plan.settled)) await trx.deleteFrom('fold_queue').where('seq', 'in', seqs).execute();
}

async function openIssues(trx: Transaction<Schema>, { opened }: FoldPlan): Promise<void> {
  const numbers = new Map<number, number>();
  for (const projectId of new Set(opened.map((issue) => issue.projectId))) {
    const wanted = opened.filter((issue) => issue.projectId === projectId).length;
    numbers.set(projectId, await takeNumbers(trx, projectId, wanted));
  }
  const rows = opened.map((issue) => {
    const number = numbers.get(issue.projectId)!;
    numbers.set(issue.projectId, number + 1);
    return toIssueRow(issue, number);
  });
  for (const chunk of chunksOf(rows)) await trx.insertInto('issue').values(chunk).execute();
}

/** The first of as many numbers as are wanted. */
async function takeNumbers(trx: Transaction<Schema>, projectId: number, wanted: number): Promise<number> {
  const { last_issue_number } = await trx
    .updateTable('project')
    .set((eb) => ({ last_issue_number: eb('last_issue_number', '+', wanted) }))
    .where('id', '=', projectId)
    .returning('last_issue_number')
    .executeTakeFirstOrThrow();
  return last_issue_number - wanted + 1;
}

/** On PostgreSQL a merge of another node waits until the counts are written, and the other way round. */
async function lockIssues(trx: Transaction<Schema>, { kind }: StoreDialect, { incidents }: FoldPlan): Promise<void> {
  if (kind === 'sqlite') return;
  for (const ids of chunksOf([...new Set(incidents.map(({ issueId }) => issueId))].sort())) {
    await trx.selectFrom('issue').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
  }
}

interface Replaced {
  counts: CountChanges;
  /** Where an incident left a revision, or covers less time than before: most only grow. */
  shrunk: { issueId: string; revision: string }[];
}

/** The incidents as they are now, their members, and to which issue each event belongs; gives what that changes in counts. */
async function replaceIncidents(trx: Transaction<Schema>, dialect: StoreDialect, plan: FoldPlan): Promise<Replaced> {
  const ids = [...plan.incidents.map(({ id }) => id), ...plan.gone];
  const before = new Map<string, Schema['incident']>();
  for (const chunk of chunksOf(ids)) {
    for (const row of await trx.selectFrom('incident').selectAll().where('id', 'in', chunk).execute())
      before.set(row.id, row);
  }
  const membersBefore = await membersOf(trx, [...before.keys()]);
  const merged = await MergedAway.load(trx, [
    ...plan.incidents.map(({ issueId }) => issueId),
    ...[...before.values()].map(({ home_issue_id }) => home_issue_id),
  ]);
  const told = plan.incidents.filter(({ issueId }) => merged.has(issueId));
  const rows = told.map((incident) => {
    const known = before.get(incident.id);
    const issueId = merged.shownFor(incident.issueId);
    const home = known?.issue_id === issueId ? known.home_issue_id : incident.issueId;
    return toIncidentRow({ ...incident, issueId }, home);
  });

  const counts = new CountChanges();
  for (const row of before.values()) counts.add(row, merged.way(row.home_issue_id), -1);
  for (const row of rows) counts.add(row, merged.way(row.home_issue_id), 1);

  for (const chunk of chunksOf([...before.keys()])) {
    await trx.deleteFrom('incident_event').where('incident_id', 'in', chunk).execute();
    await trx.deleteFrom('incident').where('id', 'in', chunk).execute();
  }
  for (const chunk of chunksOf(rows)) await trx.insertInto('incident').values(chunk).execute();
  const members = told.flatMap(({ id, members: own }) => own.map((member) => toMemberRow(id, member)));
  for (const chunk of chunksOf(members)) await trx.insertInto('incident_event').values(chunk).execute();

  const issueOf = new Map<number, IssueOfEvent | null>();
  for (const own of membersBefore.values()) for (const { eventSeq } of own) issueOf.set(eventSeq, null);
  const stored = await storedEvents(trx, new Set(rows.map(({ issue_id }) => issue_id)));
  told.forEach(({ members: own }, index) => {
    const { issue_id: issueId } = rows[index]!;
    for (const { eventSeq } of own) {
      // One that was told of before keeps what it has: only those that come to an issue are written.
      if (!issueOf.has(eventSeq)) stored.set(issueId, (stored.get(issueId) ?? 0) + 1);
      issueOf.set(eventSeq, { issueId, stored: stored.get(issueId) ?? 1 });
    }
  });
  if (issueOf.size > 0) await dialect.bulk.setIssues(trx, issueOf);
  return { counts, shrunk: shrunkRevisions(before.values(), new Map(rows.map((row) => [row.id, row]))) };
}

/** Events of each issue before this plan. */
async function storedEvents(trx: Transaction<Schema>, issueIds: ReadonlySet<string>): Promise<Map<string, number>> {
  const stored = new Map<string, number>();
  for (const chunk of chunksOf([...issueIds])) {
    const rows = await trx.selectFrom('issue').select(['id', 'events']).where('id', 'in', chunk).execute();
    for (const { id, events } of rows) stored.set(id, events);
  }
  return stored;
}

function shrunkRevisions(
  before: Iterable<Schema['incident']>,
  now: ReadonlyMap<string, Schema['incident']>,
): Replaced['shrunk'] {
  const shrunk = new Map<string, Replaced['shrunk'][number]>();
  for (const { id, issue_id: issueId, revision, from_time, to_time } of before) {
    if (revision === null) continue;
    const row = now.get(id);
    const covers =
      row?.issue_id === issueId && row.revision === revision && row.from_time <= from_time && row.to_time >= to_time;
    if (!covers) shrunk.set(`${issueId} ${revision}`, { issueId, revision });
  }
  return [...shrunk.values()];
}

function toMemberRow(
  incidentId: string,
  { eventSeq, foldedBy }: StoredIncident['members'][number],
): Schema['incident_event'] {
  return { incident_id: incidentId, event_seq: eventSeq, folded_by: foldedBy };
}

async function changeIssues(trx: Transaction<Schema>, { changed }: FoldPlan): Promise<void> {
  for (const { id, ...change } of changed) {
    const row = await trx.selectFrom('issue').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) continue;
    const issue = { ...toStoredIssue(row), ...change };
    const update: Updateable<Schema['issue']> = {
      state: issue.state,
      state_detail: toJson(issue.stateDetail),
      state_since: Math.floor(issue.stateSince),
      severity: issue.severity,
      signal: issue.signal,
      title: issue.title,
      location: toJson(issue.location),
      endpoint: issue.endpoint,
      search: searchText(issue),
    };
    await trx.updateTable('issue').set(update).where('id', '=', id).execute();
  }
}

async function addHashes(trx: Transaction<Schema>, { hashes, incidents }: FoldPlan): Promise<void> {
  const brought = new Map<string, number>();
  for (const { issueId, eventSeq } of incidents) {
    brought.set(issueId, Math.min(brought.get(issueId) ?? eventSeq, eventSeq));
  }
  const merged = await MergedAway.load(
    trx,
    hashes.map(({ issueId }) => issueId),
  );
  const rows = hashes
    .filter(({ issueId }) => merged.has(issueId))
    .map(({ issueId, projectId, service, hash, template, firstSeen }) => ({
      project_id: projectId,
      service,
      hash,
      issue_id: merged.shownFor(issueId),
      home_issue_id: issueId,
      first_seen: Math.floor(firstSeen),
      event_seq: brought.get(issueId) ?? null,
      template,
    }));
  for (const chunk of chunksOf(rows)) {
    await trx
      .insertInto('issue_hash')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** A pair that was suggested before, either way round, stays as it is: also dismissed. */
async function addSuggestions(trx: Transaction<Schema>, { suggestions }: FoldPlan): Promise<void> {
  const ids = new Set(suggestions.flatMap(({ issueId, otherId }) => [issueId, otherId]));
  const there = await MergedAway.load(trx, ids);
  const known = new Set<string>();
  for (const chunk of chunksOf([...ids])) {
    const rows = await trx
      .selectFrom('issue_suggestion')
      .select(['issue_id', 'other_id'])
      .where('issue_id', 'in', chunk)
      .execute();
    for (const { issue_id, other_id } of rows) known.add(pairOf(issue_id, other_id));
  }
  const rows = [];
  for (const { issueId, otherId, score, reason, at } of suggestions) {
    const pair = pairOf(issueId, otherId);
    if (known.has(pair) || !there.has(issueId) || !there.has(otherId)) continue;
    known.add(pair);
    rows.push({ issue_id: issueId, other_id: otherId, score, reason, at: Math.floor(at), dismissed_at: null });
  }
  for (const chunk of chunksOf(rows)) await trx.insertInto('issue_suggestion').values(chunk).execute();
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Without incidents, and never touched by anybody: as if they had not been. */
async function removeVanished(trx: Transaction<Schema>, { mayVanish }: FoldPlan): Promise<void> {
  for (const chunk of chunksOf(mayVanish)) {
    const empty = await trx
      .selectFrom('issue')
      .select('id')
      .where('id', 'in', chunk)
      .where('incidents', '<', 1)
      .where('state', '=', 'open')
      .where('assignee', 'is', null)
      .where('merged_into', 'is', null)
      .where((eb) =>
        eb(
          eb
            .selectFrom('issue_change')
            .select(({ fn }) => fn.countAll<number>().as('changes'))
            .whereRef('issue_change.issue_id', '=', 'issue.id'),
          '<=',
          1,
        ),
      )
      .execute();
    await removeIssues(
      trx,
      empty.map(({ id }) => id),
    );
  }
}
