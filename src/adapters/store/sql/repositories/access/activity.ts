import { type Kysely, sql } from 'kysely';
import type { ActivityStore, ServiceActivity } from '../../../../../core/access/index.ts';
import type { Schema } from '../../schema.ts';
import { HOUR_MS, MINUTE_MS } from '../events/batch-counts.ts';

const DAY_MS = 24 * HOUR_MS;
/** The current hour and the 23 before it. */
const HOURS = 24;
/** A service that was silent for so long is not listed. */
const LISTED_MS = 30 * DAY_MS;

const LIVE_STATES = ['open', 'regressed', 'handed off'];

export function createActivityStore(db: Kysely<Schema>): ActivityStore {
  return {
    async services(now) {
      const seen = await seenServices(db, now);
      const [lastDay, incidents, lastHour, openIssues, revisions] = await Promise.all([
        eventsOfLastDay(db, now),
        incidentsByHour(db, now),
        incidentsOfLastHour(db, now),
        countOpenIssues(db),
        newestRevisions(db),
      ]);
      return seen.map(({ projectId, service, lastEventAt }): ServiceActivity => {
        const key = keyOf(projectId, service);
        return {
          projectId,
          service,
          lastEventAt,
          eventsLastDay: lastDay.get(key) ?? 0,
          incidentsByHour: incidents.get(key) ?? new Array<number>(HOURS).fill(0),
          incidentsLastHour: lastHour.get(key) ?? 0,
          openIssues: openIssues.get(key) ?? 0,
          newestRevision: revisions.get(key) ?? null,
        };
      });
    },

    async dropped(since) {
      const rows = await db
        .selectFrom('drop_count')
        .select(['project_id', 'source', 'reason', 'category'])
        .select(({ fn }) => fn.sum<number>('quantity').as('quantity'))
        .where('hour', '>=', since - (since % HOUR_MS))
        .groupBy(['project_id', 'source', 'reason', 'category'])
        .orderBy('quantity', 'desc')
        .execute();
      return rows.map(({ project_id, ...counted }) => ({ ...counted, projectId: project_id }));
    },

    async sources(now) {
      const rows = await db
        .selectFrom('source_hour')
        .select(['project_id', 'kind'])
        .select(({ fn }) => fn.max('last_at').as('last'))
        .select(sql<number>`sum(CASE WHEN hour > ${now - DAY_MS - HOUR_MS} THEN events ELSE 0 END)`.as('events'))
        .where('hour', '>', now - LISTED_MS)
        .groupBy(['project_id', 'kind'])
        .orderBy('project_id')
        .orderBy('kind')
        .execute();
      return rows.map(({ project_id, kind, last, events }) => ({
        projectId: project_id,
        kind,
        lastEventAt: last,
        eventsLastDay: events,
      }));
    },
  };
}

function keyOf(projectId: number, service: string): string {
  return `${projectId} ${service}`;
}

async function seenServices(db: Kysely<Schema>, now: number) {
  const rows = await db
    .selectFrom('event_count')
    .select(['project_id', 'service'])
    .select(({ fn }) => fn.max('last_at').as('last'))
    .where('width', '=', HOUR_MS)
    .where('start', '>', now - LISTED_MS)
    .groupBy(['project_id', 'service'])
    .orderBy('project_id')
    .orderBy('service')
    .execute();
  return rows.map(({ project_id, service, last }) => ({ projectId: project_id, service, lastEventAt: last }));
}

/** Whole hours from the counts by hour, and the beginning of the first one from those by minute. */
async function eventsOfLastDay(db: Kysely<Schema>, now: number): Promise<Map<string, number>> {
  const since = now - DAY_MS;
  const firstHour = Math.ceil(since / HOUR_MS) * HOUR_MS;
  const rows = await db
    .selectFrom('event_count')
    .select(['project_id', 'service'])
    .select(({ fn }) => fn.sum<number>('events').as('events'))
    .where((eb) =>
      eb.or([
        eb.and([eb('width', '=', HOUR_MS), eb('start', '>=', firstHour)]),
        eb.and([eb('width', '=', MINUTE_MS), eb('start', '>', since), eb('start', '<', firstHour)]),
      ]),
    )
    .groupBy(['project_id', 'service'])
    .execute();
  return new Map(rows.map(({ project_id, service, events }) => [keyOf(project_id, service), events]));
}

async function incidentsByHour(db: Kysely<Schema>, now: number): Promise<Map<string, number[]>> {
  const firstHour = Math.floor(now / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
  const rows = await db
    .selectFrom('issue_hour')
    .innerJoin('issue', 'issue.id', 'issue_hour.issue_id')
    .select(['issue.project_id', 'issue.service', 'issue_hour.hour'])
    .select(({ fn }) => fn.sum<number>('issue_hour.incidents').as('incidents'))
    .where('issue_hour.hour', '>=', firstHour)
    .where('issue.merged_into', 'is', null)
    .groupBy(['issue.project_id', 'issue.service', 'issue_hour.hour'])
    .execute();
  const byService = new Map<string, number[]>();
  for (const { project_id, service, hour, incidents } of rows) {
    const key = keyOf(project_id, service);
    const hours = byService.get(key) ?? new Array<number>(HOURS).fill(0);
    const index = (hour - firstHour) / HOUR_MS;
    if (index < HOURS) hours[index] = incidents;
    byService.set(key, hours);
  }
  return byService;
}

async function incidentsOfLastHour(db: Kysely<Schema>, now: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('incident')
    .select(['project_id', 'service'])
    .select(({ fn }) => fn.countAll<number>().as('incidents'))
    .where('to_time', '>', now - HOUR_MS)
    .where('to_time', '<=', now)
    .where('kind', '=', 'error')
    .groupBy(['project_id', 'service'])
    .execute();
  return new Map(rows.map(({ project_id, service, incidents }) => [keyOf(project_id, service), incidents]));
}

async function countOpenIssues(db: Kysely<Schema>): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('issue')
    .select(['project_id', 'service'])
    .select(({ fn }) => fn.countAll<number>().as('issues'))
    .where('state', 'in', LIVE_STATES)
    .where('merged_into', 'is', null)
    .groupBy(['project_id', 'service'])
    .execute();
  return new Map(rows.map(({ project_id, service, issues }) => [keyOf(project_id, service), issues]));
}

/** In the order in which they were deployed, else first seen. */
async function newestRevisions(db: Kysely<Schema>): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('revision')
    .select(['project_id', 'service', 'name'])
    .orderBy((eb) => eb.fn.coalesce('deployed_at', 'first_seen'))
    .execute();
  return new Map(rows.map(({ project_id, service, name }) => [keyOf(project_id, service), name]));
}
