import { sql } from 'kysely';
import { chunksOf } from '../../chunks.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import type { RetentionKnobs } from '../../store.ts';
import { HOUR_MS } from './batch-counts.ts';
import { deleteInSteps } from './delete-events.ts';
import { SEQS_PER_MS } from './event-row.ts';

/** Events weighed at once, the oldest of a service: about 20 MB. A larger backlog is thinned out evenly, slice by slice. */
const SLICE = 50_000;

/** Folding goes back to what came within the last ten minutes; what is younger than this is not taken away under it. */
const YOUNG_MS = HOUR_MS;

interface CrowdedService {
  issueIds: string[];
  events: number;
}

/** Of each service that has more events in issues than it may keep, the least telling ones, `stepRows` at most. Gives how many went. */
export async function forgetIssueEvents(dialect: StoreDialect, now: number, knobs: RetentionKnobs): Promise<number> {
  let forgotten = 0;
  for (const service of await crowdedServices(dialect, knobs.issueEventsPerService)) {
    const chosen = await chooseOf(dialect, service, { now, limit: knobs.issueEventsPerService });
    forgotten += await deleteInSteps(dialect, chosen.slice(0, knobs.stepRows - forgotten));
    if (forgotten >= knobs.stepRows) break;
  }
  return forgotten;
}

/** Counted from the index of issues and seqs alone. */
async function crowdedServices({ kysely }: StoreDialect, limit: number): Promise<CrowdedService[]> {
  const counted = kysely
    .selectFrom('event')
    .select(['issue_id', ({ fn }) => fn.countAll<number>().as('events')])
    .where('issue_id', 'is not', null)
    .groupBy('issue_id');
  const rows = await kysely
    .selectFrom(counted.as('counted'))
    .innerJoin('issue', 'issue.id', 'counted.issue_id')
    .select(['issue.id', 'issue.project_id', 'issue.service', 'counted.events'])
    .orderBy('issue.id')
    .execute();
  const services = new Map<string, CrowdedService>();
  for (const { id, project_id, service, events } of rows) {
    const key = `${project_id} ${service}`;
    const known = services.get(key) ?? { issueIds: [], events: 0 };
    services.set(key, { issueIds: [...known.issueIds, id], events: known.events + events });
  }
  return [...services.values()].filter(({ events }) => events > limit);
}

async function chooseOf(
  dialect: StoreDialect,
  { issueIds, events: total }: CrowdedService,
  { now, limit }: { now: number; limit: number },
): Promise<number[]> {
  // Loaded when something is to be forgotten: what understands issues takes memory that a server at rest does without.
  const { chooseToForget, tellingEvents } = await import('../../../../../core/issues/index.ts');
  const events = await oldestEvents(dialect, issueIds);
  const kept = await keptSeqs(dialect, issueIds);
  for (const seq of tellingEvents(events)) kept.add(seq);
  for (const { seq, time } of events) if (time > now - YOUNG_MS) kept.add(seq);
  // A slice of a larger backlog keeps its share.
  const share = Math.ceil((limit * events.length) / total);
  return chooseToForget(events, kept, { limit: share, now });
}

async function oldestEvents({ kysely }: StoreDialect, issueIds: readonly string[]) {
  const found = [];
  for (const ids of chunksOf(issueIds)) {
    const rows = await kysely
      .selectFrom('event')
      .innerJoin('issue', 'issue.id', 'event.issue_id')
      .select([
        'event.seq',
        'event.id',
        'event.revision',
        'event.stored_in_issue',
        'issue.id as issue_id',
        'issue.events',
      ])
      .select(sql<number>`length(event.detail)`.as('richness'))
      .where('event.issue_id', 'in', ids)
      .orderBy('event.seq')
      .limit(SLICE)
      .execute();
    found.push(...rows);
  }
  return found
    .sort((a, b) => a.seq - b.seq)
    .slice(0, SLICE)
    .map(({ seq, id, revision, issue_id, stored_in_issue, events, richness }) => ({
      seq,
      id,
      revision,
      richness,
      hash: null,
      issueId: issue_id,
      storedInIssue: stored_in_issue ?? events,
      time: Math.floor(seq / SEQS_PER_MS),
    }));
}

/** Known elsewhere than in the events: what issues name as first and last, what brought a hash or a change of state, what still folds. */
async function keptSeqs({ kysely }: StoreDialect, issueIds: readonly string[]): Promise<Set<number>> {
  const kept = new Set<number>();
  for (const ids of chunksOf(issueIds)) {
    const ends = await kysely
      .selectFrom('issue')
      .select(['first_event_seq', 'last_event_seq'])
      .where((eb) => eb.or([eb('id', 'in', ids), eb('merged_into', 'in', ids)]))
      .execute();
    for (const { first_event_seq, last_event_seq } of ends) kept.add(first_event_seq).add(last_event_seq);
    const hashes = await kysely.selectFrom('issue_hash').select('event_seq').where('issue_id', 'in', ids).execute();
    for (const { event_seq } of hashes) if (event_seq !== null) kept.add(event_seq);
    for (const seq of await seqsOfChanges(kysely, ids)) kept.add(seq);
  }
  const queued = await kysely.selectFrom('fold_queue').select('seq').execute();
  for (const { seq } of queued) kept.add(seq);
  return kept;
}

/** Rows of history name the incident that made them: `detail.incident`. */
async function seqsOfChanges(kysely: StoreDialect['kysely'], issueIds: readonly string[]): Promise<number[]> {
  const changes = await kysely
    .selectFrom('issue_change')
    .select('detail')
    .where('issue_id', 'in', issueIds)
    .where('detail', 'is not', null)
    .execute();
  const incidents = changes.flatMap(({ detail }) => {
    const { incident } = JSON.parse(detail ?? '{}') as { incident?: unknown };
    return typeof incident === 'string' ? [incident] : [];
  });
  const seqs: number[] = [];
  for (const ids of chunksOf([...new Set(incidents)])) {
    const rows = await kysely.selectFrom('incident').select('event_seq').where('id', 'in', ids).execute();
    seqs.push(...rows.map(({ event_seq }) => event_seq));
  }
  return seqs;
}
