import { sql, type Transaction } from 'kysely';
import { GuardianError } from '../../../../../core/shared/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { MergedAway } from './merged-away.ts';
import { refreshSeen } from './refresh-seen.ts';

/**
 * A merged issue keeps its own counts, and stays the home of its hashes and incidents, while another one shows them; so a merge is undone
 * by sending home what has its home there. Incidents that came after the merge by the other one's hashes stay with the other one.
 */
export async function mergeIssue(
  trx: Transaction<Schema>,
  dialect: StoreDialect,
  id: string,
  into: string,
): Promise<void> {
  const merged = await lockedPair(trx, dialect, id, into);
  if (merged.way(into).includes(id))
    throw new GuardianError('conflict', { reason: (m) => m.server.reasons.mergeCircle });
  if (merged.way(id).length > 1) throw new GuardianError('conflict', { reason: (m) => m.server.reasons.isMerged });
  const target = merged.shownFor(into);
  await trx.updateTable('issue').set({ merged_into: target }).where('id', '=', id).execute();
  await moveCounts(trx, { from: id, to: target, sign: 1 });
  await trx.updateTable('issue_hash').set({ issue_id: target }).where('issue_id', '=', id).execute();
  await trx.updateTable('incident').set({ issue_id: target }).where('issue_id', '=', id).execute();
  await trx.updateTable('event').set({ issue_id: target }).where('issue_id', '=', id).execute();
  await refreshSeverity(trx, target);
  await refreshSeen(trx, [target]);
}

export async function unmergeIssue(trx: Transaction<Schema>, dialect: StoreDialect, id: string): Promise<void> {
  const merged = await lockedPair(trx, dialect, id, id);
  const [, target] = merged.way(id);
  if (target === undefined) throw new GuardianError('conflict', { reason: (m) => m.server.reasons.notMerged });
  const shown = merged.shownFor(id);
  const homes = await homesOf(trx, id);
  await trx.updateTable('issue').set({ merged_into: null }).where('id', '=', id).execute();
  for (const other of merged.way(id).slice(1)) await moveCounts(trx, { from: id, to: other, sign: -1 });
  for (const chunk of chunksOf(homes)) {
    await trx.updateTable('issue_hash').set({ issue_id: id }).where('home_issue_id', 'in', chunk).execute();
    await trx.updateTable('incident').set({ issue_id: id }).where('home_issue_id', 'in', chunk).execute();
  }
  await sql`UPDATE event SET issue_id = ${id} WHERE issue_id = ${shown} AND seq IN (
    SELECT incident_event.event_seq FROM incident_event JOIN incident ON incident.id = incident_event.incident_id
    WHERE incident.issue_id = ${id})`.execute(trx);
  await refreshSeverity(trx, shown);
  await refreshSeen(trx, [id, shown]);
}

async function lockedPair(
  trx: Transaction<Schema>,
  { kind }: StoreDialect,
  id: string,
  into: string,
): Promise<MergedAway> {
  if (kind === 'postgres') {
    await trx.selectFrom('issue').select('id').where('id', 'in', [id, into]).orderBy('id').forUpdate().execute();
  }
  const merged = await MergedAway.load(trx, [id, into]);
  for (const wanted of [id, into])
    if (!merged.has(wanted)) throw new GuardianError('not_found', { path: (m) => m.server.things.issue(wanted) });
  return merged;
}

/** The issue and all that were merged into it, before it was merged itself. */
async function homesOf(trx: Transaction<Schema>, id: string): Promise<string[]> {
  const homes = [id];
  for (let index = 0; index < homes.length; index++) {
    const rows = await trx.selectFrom('issue').select('id').where('merged_into', '=', homes[index]!).execute();
    for (const row of rows) if (!homes.includes(row.id)) homes.push(row.id);
  }
  return homes;
}

/** The counts that `from` has are added to those of `to`, or taken from them. */
async function moveCounts(
  trx: Transaction<Schema>,
  { from, to, sign }: { from: string; to: string; sign: 1 | -1 },
): Promise<void> {
  const factor = sql.lit(sign);
  await sql`INSERT INTO issue_hour (issue_id, hour, incidents, events)
    SELECT ${to}, hour, ${factor} * incidents, ${factor} * events FROM issue_hour WHERE issue_id = ${from}
    ON CONFLICT (issue_id, hour) DO UPDATE SET incidents = issue_hour.incidents + excluded.incidents,
      events = issue_hour.events + excluded.events`.execute(trx);
  await sql`INSERT INTO issue_revision (issue_id, revision, first_seen, last_seen, incidents)
    SELECT ${to}, revision, first_seen, last_seen, ${factor} * incidents FROM issue_revision WHERE issue_id = ${from}
    ON CONFLICT (issue_id, revision) DO UPDATE SET incidents = issue_revision.incidents + excluded.incidents,
      first_seen = CASE WHEN excluded.first_seen < issue_revision.first_seen THEN excluded.first_seen ELSE issue_revision.first_seen END,
      last_seen = CASE WHEN excluded.last_seen > issue_revision.last_seen THEN excluded.last_seen ELSE issue_revision.last_seen END`.execute(
    trx,
  );
  await sql`INSERT INTO issue_user (issue_id, user_hash, incidents)
    SELECT ${to}, user_hash, ${factor} * incidents FROM issue_user WHERE issue_id = ${from}
    ON CONFLICT (issue_id, user_hash) DO UPDATE SET incidents = issue_user.incidents + excluded.incidents`.execute(trx);
  for (const table of ['issue_hour', 'issue_revision', 'issue_user'] as const) {
    await sql`DELETE FROM ${sql.table(table)} WHERE issue_id = ${to} AND incidents < 1`.execute(trx);
  }
  await sql`UPDATE issue SET
      incidents = issue.incidents + ${factor} * moved.incidents,
      events = issue.events + ${factor} * moved.events,
      users = (SELECT count(*) FROM issue_user WHERE issue_user.issue_id = ${to})
    FROM (SELECT incidents, events FROM issue WHERE id = ${from}) AS moved
    WHERE issue.id = ${to}`.execute(trx);
}

/** The gravest of its incidents; an issue whose incidents were all forgotten keeps what it had. */
async function refreshSeverity(trx: Transaction<Schema>, id: string): Promise<void> {
  await sql`UPDATE issue SET severity = COALESCE((SELECT max(severity) FROM incident WHERE incident.issue_id = ${id}), severity)
    WHERE id = ${id}`.execute(trx);
}
