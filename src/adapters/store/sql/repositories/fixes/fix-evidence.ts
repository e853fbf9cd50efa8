import type { Kysely } from 'kysely';
import {
  type FixEvidenceReader,
  type FixLook,
  type FixLookRequest,
  OPEN_FIX_STATES,
} from '../../../../../core/fixes/ports.ts';
import type { Schema } from '../../schema.ts';
import { SEQS_PER_MS } from '../events/event-row.ts';
import { toStoredIssue } from '../issues/issue-row.ts';
import { listed, requestsBefore, requestsOf } from './route-requests.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
/** "Incidents per request of its route on broken revisions, last 7 days". */
const BEFORE_MS = 7 * DAY_MS;
/** Phases of a deployment that is given up. */
const BACK = ['rolling_back', 'rolled_back'];
/** New issues at the same place that are shown. */
const LOOK_ALIKES = 5;

/** What verification asks of the rows that are there anyway: incidents, requests counted by usage, what was heard. */
export function createFixEvidence(db: Kysely<Schema>): FixEvidenceReader {
  return {
    async look(request) {
      const [sourceHeardAt, before, nameless, incidents, requests, heard, takenBack, lookAlikes] = await Promise.all([
        newestHeard(db, request),
        beforeFix(db, request),
        namelessSince(db, request),
        incidentsOf(db, request),
        requestsOf(db, request, request.since - BEFORE_MS),
        heardOf(db, request),
        takenBackOf(db, request),
        lookAlikesOf(db, request),
      ]);
      return {
        sourceHeardAt,
        before,
        nameless,
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
            isTakenBack: takenBack.has(name),
            lookAlikes: lookAlikes.get(name) ?? [],
          };
        }),
      };
    },

    async unjudgedSince({ projectId, service }) {
      // What was told stays queued for a while, in case more of it comes.
      const row = await db
        .selectFrom('fold_queue')
        .select(({ fn }) => fn.min<number | string | null>('seq').as('seq'))
        .where('project_id', '=', projectId)
        .where('service', '=', service)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('incident_event').select('event_seq').whereRef('event_seq', '=', 'fold_queue.seq'))),
        )
        .executeTakeFirst();
      const seq = numberOf(row?.seq ?? null);
      return seq === null ? null : Math.floor(seq / SEQS_PER_MS);
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
  const firstSeen = issue?.first_seen ?? from;
  const lately = {
    incidents: Number(row.incidents),
    requests: await requestsBefore(db, request, from),
    hours: Math.max(0, (since - Math.max(from, firstSeen)) / HOUR_MS),
  };
  return lately.incidents > 0 || firstSeen >= from ? lately : inItsLife(db, { ...request, firstSeen }, lately);
}

/** By the counts that stay when incidents are forgotten; requests are not kept for so long, and those of the last days stand for all. */
async function inItsLife(
  db: Kysely<Schema>,
  { issueId, since, firstSeen }: FixLookRequest & { firstSeen: number },
  lately: FixLook['before'],
): Promise<FixLook['before']> {
  const row = await db
    .selectFrom('issue_hour')
    .select(({ fn }) => fn.sum<number | null>('incidents').as('incidents'))
    .where('issue_id', '=', issueId)
    .where('hour', '<', since)
    .executeTakeFirst();
  const hours = (since - firstSeen) / HOUR_MS;
  const requests = lately.requests === null ? null : Math.round((lately.requests * hours) / lately.hours);
  return { incidents: Number(row?.incidents ?? 0), requests, hours };
}

/** Index `incident_issue`. */
async function namelessSince(
  db: Kysely<Schema>,
  { issueId, projectId, service, revisions, since, now, silentMs }: FixLookRequest,
): Promise<FixLook['nameless']> {
  const broken = await db
    .selectFrom('revision')
    .select(({ fn }) => fn.max<number | null>('last_seen').as('at'))
    .where('project_id', '=', projectId)
    .where('service', '=', service)
    .where('name', 'not in', listed(revisions))
    .executeTakeFirst();
  const brokenHeardAt = numberOf(broken?.at ?? null) ?? now;
  const from = now - brokenHeardAt > silentMs ? Math.max(since, brokenHeardAt) : since;
  const row = await db
    .selectFrom('incident')
    .select(({ fn }) => [fn.countAll<number>().as('incidents'), fn.max<number | null>('from_time').as('last')])
    .where('issue_id', '=', issueId)
    .where('revision', 'is', null)
    .where('from_time', '>', from)
    .executeTakeFirstOrThrow();
  return { incidents: Number(row.incidents), lastAt: numberOf(row.last) };
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

/** Those whose newest deployment went back, or goes back now. Index `deployment_service`. */
async function takenBackOf(db: Kysely<Schema>, { service, revisions }: FixLookRequest): Promise<Set<string>> {
  if (revisions.length === 0) return new Set();
  const rows = await db
    .selectFrom('deployment')
    .select(['revision', 'phase'])
    .where('service', '=', service)
    .where('revision', 'in', [...revisions])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const newest = new Map(rows.map(({ revision, phase }) => [revision!, phase]));
  return new Set([...newest].filter(([, phase]) => BACK.includes(phase)).map(([name]) => name));
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

function numberOf(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}
