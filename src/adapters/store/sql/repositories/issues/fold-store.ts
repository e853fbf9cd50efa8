import type { Kysely } from 'kysely';
import type {
  FoldStore,
  IssueBackground,
  IssueHashKey,
  ServiceScope,
  StoredIssue,
} from '../../../../../core/issues/index.ts';
import type { Clock } from '../../../../../core/shared/index.ts';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { HOUR_MS } from '../events/batch-counts.ts';
import { loadEvents } from '../events/event-row.ts';
import { applyFoldPlan } from './apply-fold-plan.ts';
import { incidentsById } from './incident-rows.ts';
import { toStoredIssue } from './issue-row.ts';

/** Full hours before the current one that escalation looks at: a week. */
const EARLIER_HOURS = 168;

export function createFoldStore(dialect: StoreDialect, clock: Clock): FoldStore {
  const { kysely } = dialect;
  return {
    async queued(after, limit) {
      const rows = await kysely
        .selectFrom('fold_queue')
        .selectAll()
        .where('arrival', '>', after)
        .orderBy('arrival')
        .limit(limit)
        .execute();
      return rows.map(({ project_id, ...queued }) => ({ ...queued, projectId: project_id }));
    },

    issuesByHash: (keys) => issuesByHash(kysely, keys),

    incidents: (ids) => incidentsById(kysely, ids),

    async incidentsOf(seqs) {
      const ids = new Set<string>();
      for (const chunk of chunksOf(seqs)) {
        const rows = await kysely
          .selectFrom('incident_event')
          .select('incident_id')
          .where('event_seq', 'in', chunk)
          .execute();
        for (const { incident_id } of rows) ids.add(incident_id);
      }
      return incidentsById(kysely, [...ids].sort());
    },

    templates: (scope, limit) => templatesOf(kysely, scope, limit),

    representatives: (scope, limit) => representativesOf(kysely, scope, limit),

    background: (issues) => backgroundOf(kysely, issues, clock.now()),

    async apply(plan) {
      await kysely.transaction().execute((trx) => applyFoldPlan(trx, dialect, plan, clock.now()));
    },
  };
}

async function issuesByHash(
  db: Kysely<Schema>,
  keys: readonly IssueHashKey[],
): Promise<{ key: IssueHashKey; issue: StoredIssue; hashes: number }[]> {
  const wanted = new Map(keys.map((key) => [keyText(key), key]));
  const found: { key: IssueHashKey; issue: StoredIssue; hashes: number }[] = [];
  for (const chunk of chunksOf([...new Set(keys.map(({ hash }) => hash))])) {
    const rows = await db
      .selectFrom('issue_hash')
      .innerJoin('issue', 'issue.id', 'issue_hash.issue_id')
      .selectAll('issue')
      .select(['issue_hash.hash', 'issue_hash.project_id as hash_project', 'issue_hash.service as hash_service'])
      .select((eb) =>
        eb
          .selectFrom('issue_hash as own')
          .select(({ fn }) => fn.countAll<number>().as('hashes'))
          .whereRef('own.issue_id', '=', 'issue.id')
          .as('known_hashes'),
      )
      .where('issue_hash.hash', 'in', chunk)
      .where('issue_hash.project_id', 'in', [...new Set(keys.map(({ projectId }) => projectId))])
      .where('issue_hash.service', 'in', [...new Set(keys.map(({ service }) => service))])
      .execute();
    for (const row of rows) {
      const key = wanted.get(keyText({ projectId: row.hash_project, service: row.hash_service, hash: row.hash }));
      if (key) found.push({ key, issue: toStoredIssue(row), hashes: row.known_hashes ?? 0 });
    }
  }
  return found;
}

function keyText({ projectId, service, hash }: IssueHashKey): string {
  return `${projectId}\0${hash}\0${service}`;
}

async function templatesOf(db: Kysely<Schema>, { projectId, service }: ServiceScope, limit: number) {
  const newest = await db
    .selectFrom('issue_hash')
    .select(['template', 'hash'])
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('template', 'is not', null)
    .orderBy('first_seen', 'desc')
    .orderBy('hash', 'desc')
    .limit(limit)
    .$narrowType<{ template: string }>()
    .execute();
  return newest.reverse();
}

async function representativesOf(db: Kysely<Schema>, { projectId, service }: ServiceScope, limit: number) {
  const issues = await db
    .selectFrom('issue')
    .select(['id', 'first_event_seq'])
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('merged_into', 'is', null)
    .orderBy('last_seen', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  const events = await loadEvents(
    db,
    issues.map(({ first_event_seq }) => first_event_seq),
  );
  const bySeq = new Map(events.map(({ seq, event }) => [seq, event]));
  return issues.flatMap(({ id, first_event_seq }) => {
    const event = bySeq.get(first_event_seq);
    return event ? [{ issueId: id, event }] : [];
  });
}

async function backgroundOf(
  db: Kysely<Schema>,
  issues: readonly Pick<StoredIssue, 'id' | 'projectId' | 'service'>[],
  now: number,
): Promise<IssueBackground[]> {
  const hours = new Map<string, IssueBackground['hours']>();
  const earlier = new Map<string, number>();
  const revisions = new Map<string, string[]>();
  const from = Math.floor(now / HOUR_MS) * HOUR_MS - EARLIER_HOURS * HOUR_MS;
  for (const chunk of chunksOf(issues.map(({ id }) => id))) {
    const counted = await db
      .selectFrom('issue_hour')
      .select(['issue_id', 'hour', 'incidents'])
      .where('issue_id', 'in', chunk)
      .where('hour', '>=', from)
      .orderBy('issue_id')
      .orderBy('hour')
      .execute();
    for (const { issue_id, hour, incidents } of counted) push(hours, issue_id, { hour, incidents });
    const highest = await db
      .selectFrom('issue_hour')
      .select(['issue_id', (eb) => eb.fn.max('incidents').as('highest')])
      .where('issue_id', 'in', chunk)
      .where('hour', '<', from)
      .groupBy('issue_id')
      .execute();
    for (const { issue_id, highest: incidents } of highest) earlier.set(issue_id, incidents);
    const seen = await db
      .selectFrom('issue_revision')
      .select(['issue_id', 'revision'])
      .where('issue_id', 'in', chunk)
      .orderBy('issue_id')
      .orderBy('revision')
      .execute();
    for (const { issue_id, revision } of seen) push(revisions, issue_id, revision);
  }
  const ofServices = await revisionsOfServices(db, issues);
  return issues.map(({ id, projectId, service }) => ({
    issueId: id,
    hours: hours.get(id) ?? [],
    highestEarlierHour: earlier.get(id) ?? 0,
    revisions: revisions.get(id) ?? [],
    serviceRevisions: ofServices.get(`${projectId} ${service}`) ?? [],
  }));
}

async function revisionsOfServices(
  db: Kysely<Schema>,
  issues: readonly Pick<StoredIssue, 'projectId' | 'service'>[],
): Promise<Map<string, IssueBackground['serviceRevisions']>> {
  const found = new Map<string, IssueBackground['serviceRevisions']>();
  for (const chunk of chunksOf([...new Set(issues.map(({ service }) => service))])) {
    const rows = await db
      .selectFrom('revision')
      .select(['project_id', 'service', 'name', 'first_seen', 'last_seen', 'deployed_at'])
      .where('service', 'in', chunk)
      .orderBy('first_seen')
      .orderBy('name')
      .execute();
    for (const { project_id, service, name, first_seen, last_seen, deployed_at } of rows) {
      const revision = { name, firstSeen: first_seen, lastSeen: last_seen, deployedAt: deployed_at };
      push(found, `${project_id} ${service}`, revision);
    }
  }
  return found;
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const own = lists.get(key);
  if (own) own.push(item);
  else lists.set(key, [item]);
}
