import { type Insertable, sql, type Transaction } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import { earlier, later } from '../../expressions.ts';
import type { Schema } from '../../schema.ts';
import { HOUR_MS } from '../events/batch-counts.ts';

type CountedIncident = Pick<Schema['incident'], 'from_time' | 'to_time' | 'events' | 'revision' | 'user_hash'>;

interface RevisionChange {
  incidents: number;
  firstSeen: number;
  lastSeen: number;
}

/** What is added to the counts of one issue, or taken from them. */
class IssueChange {
  incidents = 0;
  events = 0;
  readonly hours = new Map<number, { incidents: number; events: number }>();
  readonly revisions = new Map<string, RevisionChange>();
  readonly users = new Map<string, number>();

  add({ from_time, to_time, events, revision, user_hash }: CountedIncident, sign: 1 | -1): void {
    this.incidents += sign;
    this.events += sign * events;
    const hour = from_time - (from_time % HOUR_MS);
    const counted = this.hours.get(hour) ?? { incidents: 0, events: 0 };
    this.hours.set(hour, { incidents: counted.incidents + sign, events: counted.events + sign * events });
    if (user_hash !== null) this.users.set(user_hash, (this.users.get(user_hash) ?? 0) + sign);
    if (revision === null) return;
    const seen = this.revisions.get(revision) ?? { incidents: 0, firstSeen: from_time, lastSeen: to_time };
    this.revisions.set(revision, {
      incidents: seen.incidents + sign,
      firstSeen: Math.min(seen.firstSeen, from_time),
      lastSeen: Math.max(seen.lastSeen, to_time),
    });
  }
}

/** The difference that incidents make to the counts of issues: by hour, revision and user, gathered in memory, written at once. */
export class CountChanges {
  readonly #issues = new Map<string, IssueChange>();

  /** `issueIds`: every issue that counts it; more than one while issues are merged away. */
  add(incident: CountedIncident, issueIds: readonly string[], sign: 1 | -1): void {
    for (const id of issueIds) {
      const change = this.#issues.get(id) ?? new IssueChange();
      change.add(incident, sign);
      this.#issues.set(id, change);
    }
  }

  get issueIds(): string[] {
    return [...this.#issues.keys()];
  }

  async write(trx: Transaction<Schema>): Promise<void> {
    await writeHours(
      trx,
      this.#rows(({ hours }, issue_id) => [...hours].map(([hour, counts]) => ({ issue_id, hour, ...counts }))),
    );
    await writeRevisions(
      trx,
      this.#rows(({ revisions }, issue_id) =>
        [...revisions].map(([revision, { incidents, firstSeen, lastSeen }]) => ({
          issue_id,
          revision,
          incidents,
          first_seen: firstSeen,
          last_seen: lastSeen,
        })),
      ),
    );
    await writeUsers(
      trx,
      this.#rows(({ users }, issue_id) =>
        [...users].map(([user_hash, incidents]) => ({ issue_id, user_hash, incidents })),
      ),
    );
    for (const [id, { incidents, events }] of [...this.#issues].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await trx
        .updateTable('issue')
        .set((eb) => ({
          incidents: eb('incidents', '+', incidents),
          events: eb('events', '+', events),
          users: eb
            .selectFrom('issue_user')
            .select(({ fn }) => fn.countAll<number>().as('users'))
            .where('issue_user.issue_id', '=', id),
        }))
        .where('id', '=', id)
        .execute();
    }
  }

  #rows<Row>(rowsOf: (change: IssueChange, issueId: string) => Row[]): Row[] {
    return [...this.#issues].flatMap(([id, change]) => rowsOf(change, id));
  }
}

async function writeHours(trx: Transaction<Schema>, rows: Insertable<Schema['issue_hour']>[]): Promise<void> {
  for (const chunk of chunksOf(rows.filter(({ incidents, events }) => incidents !== 0 || events !== 0))) {
    await trx
      .insertInto('issue_hour')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['issue_id', 'hour']).doUpdateSet((eb) => ({
          incidents: eb('issue_hour.incidents', '+', eb.ref('excluded.incidents')),
          events: eb('issue_hour.events', '+', eb.ref('excluded.events')),
        })),
      )
      .execute();
    await dropEmpty(trx, 'issue_hour', chunk);
  }
}

async function writeRevisions(trx: Transaction<Schema>, rows: Insertable<Schema['issue_revision']>[]): Promise<void> {
  for (const chunk of chunksOf(rows)) {
    await trx
      .insertInto('issue_revision')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['issue_id', 'revision']).doUpdateSet((eb) => ({
          incidents: eb('issue_revision.incidents', '+', eb.ref('excluded.incidents')),
          first_seen: earlier(eb.ref('issue_revision.first_seen'), eb.ref('excluded.first_seen')),
          last_seen: later(eb.ref('issue_revision.last_seen'), eb.ref('excluded.last_seen')),
        })),
      )
      .execute();
    await dropEmpty(trx, 'issue_revision', chunk);
  }
}

async function writeUsers(trx: Transaction<Schema>, rows: Insertable<Schema['issue_user']>[]): Promise<void> {
  for (const chunk of chunksOf(rows.filter(({ incidents }) => incidents !== 0))) {
    await trx
      .insertInto('issue_user')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['issue_id', 'user_hash']).doUpdateSet((eb) => ({
          incidents: eb('issue_user.incidents', '+', eb.ref('excluded.incidents')),
        })),
      )
      .execute();
    await dropEmpty(trx, 'issue_user', chunk);
  }
}

/** Where the last incident was taken away. */
async function dropEmpty(
  trx: Transaction<Schema>,
  table: 'issue_hour' | 'issue_revision' | 'issue_user',
  written: readonly { issue_id: string; incidents: number }[],
): Promise<void> {
  const shrunk = [...new Set(written.filter(({ incidents }) => incidents < 1).map(({ issue_id }) => issue_id))];
  if (shrunk.length === 0) return;
  await sql`DELETE FROM ${sql.table(table)} WHERE issue_id IN (${sql.join(shrunk)}) AND incidents < 1`.execute(trx);
}
