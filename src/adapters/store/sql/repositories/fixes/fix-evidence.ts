import type { Kysely } from 'kysely';
import {
  type FixEvidenceReader,
  type FixLook,
  type FixLookRequest,
  OPEN_FIX_STATES,
} from '../../../../../core/fixes/ports.ts';
import type { Schema } from '../../schema.ts';
import { toStoredIssue } from '../issues/issue-row.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
/** "Incidents per request of its route on broken revisions, last 7 days". */
const BEFORE_MS = 7 * DAY_MS;
/** New issues at the same place that are shown. */
const LOOK_ALIKES = 5;

/** What verification asks of the rows that are there anyway: incidents, requests counted by usage, what was heard. */
export function createFixEvidence(db: Kysely<Schema>): FixEvidenceReader {
  return {
    async look(request) {
      const [sourceHeardAt, before, incidents, requests, heard, lookAlikes] = await Promise.all([
        newestHeard(db, request),
        beforeFix(db, request),
        incidentsOf(db, request),
        requestsOf(db, request),
        heardOf(db, request),
        lookAlikesOf(db, request),
      ]);
      return {
        sourceHeardAt,
        before,
        revisions: request.revisions.map((name) => {
          const seen = incidents.get(name);
          const known = heard.get(name);
          return {
            name,
            firstSeen: known?.firstSeen ?? request.since,
            incidents: seen?.incidents ?? 0,
            firstIncidentAt: seen?.firstAt ?? null,
            lastIncidentAt: seen?.lastAt ?? null,
            requests: requests === null ? null : (requests.get(name) ?? 0),
            heardAt: known?.lastSeen ?? null,
            lookAlikes: lookAlikes.get(name) ?? [],
          };
        }),
      };
    },

    async revisions({ projectId, service }) {
      const rows = await db
        .selectFrom('revision')
        .selectAll()
        .where('project_id', '=', projectId)
        .where('service', '=', service)
        .execute();
      return rows.map(({ name, first_seen, deployed_at, commit_sha }) => ({
        name,
        firstSeen: first_seen,
        deployedAt: deployed_at,
        commit: commit_sha,
      }));
    },

    async candidates({ seenSince, limit }) {
      // Index `issue_last_seen`.
      const rows = await db
        .selectFrom('issue')
        .selectAll()
        .where('merged_into', 'is', null)
        .where('state', 'in', ['open', 'regressed'])
        .where('last_seen', '>=', seenSince)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('fix')
                .select('fix.id')
                .whereRef('fix.issue_id', '=', 'issue.id')
                .where((eb) =>
                  eb.or([
                    eb('fix.state', 'in', [...OPEN_FIX_STATES]),
                    // One that ended since the issue is in its state was its turn.
                    eb('fix.handed_off_at', '>=', eb.ref('issue.state_since')),
                  ]),
                ),
            ),
          ),
        )
        .orderBy('last_seen', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toStoredIssue);
    },
  };
}

async function newestHeard(db: Kysely<Schema>, { projectId }: FixLookRequest): Promise<number | null> {
  const row = await db
    .selectFrom('source_hour')
    .select(({ fn }) => fn.max<number | null>('last_at').as('at'))
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return numberOf(row?.at ?? null);
}

async function beforeFix(db: Kysely<Schema>, request: FixLookRequest): Promise<FixLook['before']> {
  const { issueId, since, revisions } = request;
  const from = since - BEFORE_MS;
  // Index `incident_issue`.
  const row = await db
    .selectFrom('incident')
    .select(({ fn }) => [fn.countAll<number>().as('incidents'), fn.min<number | null>('from_time').as('first')])
    .where('issue_id', '=', issueId)
    .where('from_time', '>=', from)
    .where('from_time', '<', since)
    .where((eb) => eb.or([eb('revision', 'is', null), eb('revision', 'not in', listed(revisions))]))
    .executeTakeFirstOrThrow();
  const issue = await db.selectFrom('issue').select('first_seen').where('id', '=', issueId).executeTakeFirst();
  const began = Math.max(from, issue?.first_seen ?? from);
  return {
    incidents: Number(row.incidents),
    requests: await requestsBefore(db, request, from),
    hours: Math.max(0, (since - began) / HOUR_MS),
  };
}

/** Null: the issue belongs to no route, or nobody counts its requests. */
async function requestsBefore(
  db: Kysely<Schema>,
  { projectId, service, route, revisions, since }: FixLookRequest,
  from: number,
): Promise<number | null> {
  const [method, endpoint] = partsOf(route);
  if (endpoint === null) return null;
  let counted = db
    .selectFrom('feature_usage')
    .select(({ fn }) => fn.countAll<number>().as('requests'))
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('endpoint', '=', endpoint)
    .where('timestamp', '>=', from)
    .where('timestamp', '<', since)
    .where((eb) => eb.or([eb('revision', 'is', null), eb('revision', 'not in', listed(revisions))]));
  if (method !== null) counted = counted.where('method', '=', method);
  const requests = Number((await counted.executeTakeFirstOrThrow()).requests);
  return requests > 0 ? requests : null;
}

/** By revision; null: nobody counts them. */
async function requestsOf(
  db: Kysely<Schema>,
  { projectId, service, route, revisions, since }: FixLookRequest,
): Promise<Map<string, number> | null> {
  const [method, endpoint] = partsOf(route);
  if (endpoint === null || revisions.length === 0) return null;
  let counted = db
    .selectFrom('feature_usage')
    .select(['revision', ({ fn }) => fn.countAll<number>().as('requests')])
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('endpoint', '=', endpoint)
    .where('timestamp', '>=', since - BEFORE_MS)
    .where('revision', 'in', [...revisions])
    .groupBy('revision');
  if (method !== null) counted = counted.where('method', '=', method);
  const rows = await counted.execute();
  const heard = await db
    .selectFrom('feature_usage')
    .select('id')
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('timestamp', '>=', since - BEFORE_MS)
    .limit(1)
    .executeTakeFirst();
  if (!heard) return null;
  return new Map(rows.map((row) => [row.revision!, Number(row.requests)]));
}

async function incidentsOf(db: Kysely<Schema>, { issueId, revisions }: FixLookRequest) {
  if (revisions.length === 0) return new Map<string, never>();
  const rows = await db
    .selectFrom('incident')
    .select(({ fn }) => [
      'revision',
      fn.countAll<number>().as('incidents'),
      fn.min<number>('from_time').as('first'),
      fn.max<number>('to_time').as('last'),
    ])
    .where('issue_id', '=', issueId)
    .where('revision', 'in', [...revisions])
    .groupBy('revision')
    .execute();
  return new Map(
    rows.map(({ revision, incidents, first, last }) => [
      revision!,
      { incidents: Number(incidents), firstAt: Number(first), lastAt: Number(last) },
    ]),
  );
}

async function heardOf(db: Kysely<Schema>, { projectId, service, revisions }: FixLookRequest) {
  if (revisions.length === 0) return new Map<string, never>();
  const rows = await db
    .selectFrom('revision')
    .select(['name', 'first_seen', 'last_seen'])
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('name', 'in', [...revisions])
    .execute();
  return new Map(rows.map((row) => [row.name, { firstSeen: row.first_seen, lastSeen: row.last_seen }]));
}

/** Opened on one of these revisions, failing at the same place. Index `issue_service`. */
async function lookAlikesOf(
  db: Kysely<Schema>,
  { issueId, projectId, service, revisions, since }: FixLookRequest,
): Promise<Map<string, FixLook['revisions'][number]['lookAlikes']>> {
  const found = new Map<string, FixLook['revisions'][number]['lookAlikes']>();
  if (revisions.length === 0) return found;
  const own = await db.selectFrom('issue').select('location').where('id', '=', issueId).executeTakeFirst();
  const place = placeOf(own?.location ?? null);
  if (place === null) return found;
  const rows = await db
    .selectFrom('issue')
    .innerJoin('project', 'project.id', 'issue.project_id')
    .select(['issue.id', 'issue.number', 'issue.first_seen', 'issue.first_revision', 'issue.location', 'project.slug'])
    .where('issue.project_id', '=', projectId)
    .where('issue.service', '=', service)
    .where('issue.id', '<>', issueId)
    .where('issue.merged_into', 'is', null)
    .where('issue.location', 'is not', null)
    .where('issue.first_revision', 'in', [...revisions])
    .where('issue.first_seen', '>=', since - DAY_MS)
    .orderBy('issue.first_seen')
    .limit(200)
    .execute();
  for (const row of rows) {
    if (placeOf(row.location) !== place) continue;
    const known = found.get(row.first_revision!) ?? [];
    if (known.length < LOOK_ALIKES)
      known.push({
        issueId: row.id,
        shortId: `${row.slug.toUpperCase()}-${row.number}`,
        firstSeen: row.first_seen,
      });
    found.set(row.first_revision!, known);
  }
  return found;
}

/** File and function: a line moves with every fix. */
function placeOf(location: string | null): string | null {
  if (location === null) return null;
  const { file, function: name } = JSON.parse(location) as { file: string; function: string | null };
  return JSON.stringify([file, name]);
}

function partsOf(route: string | null): [method: string | null, endpoint: string | null] {
  if (route === null) return [null, null];
  const [, method, endpoint] = /^([A-Z]{3,10}) (.+)$/s.exec(route) ?? [];
  return endpoint === undefined ? [null, route] : [method!, endpoint];
}

/** `not in ()` is no SQL; no revision is called so. */
function listed(revisions: readonly string[]): string[] {
  return revisions.length === 0 ? [''] : [...revisions];
}

function numberOf(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}
