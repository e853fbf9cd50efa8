import { openStore, type Store } from '../../src/adapters/store/sql/index.ts';
import type { Event } from '../../src/core/events/index.ts';
import type { FoldPlan } from '../../src/core/issues/index.ts';
import { systemClock } from '../../src/core/shared/index.ts';
import { type Chance, createChance, logLine, SERVICES } from './log-lines.ts';

export const START = Date.UTC(2031, 0, 1);
export const SPAN_MS = 10 * 86_400_000;
const BATCH = 2_000;
const ISSUES = 5_000;
const INCIDENTS = 100_000;

/** Appends events as ingest does, spread over ten days and twelve services, then 5,000 issues of 100,000 incidents over the errors among them. */
export async function fillStore(folder: string, count: number, tell: (line: string) => void): Promise<void> {
  const main = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'main', clock: systemClock });
  try {
    const store = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'ingest', clock: systemClock });
    await appendAll(store, count, tell);
    await addIssues(store, tell);
    await store.close();
    await main.settings.set('bench.filled', count);
  } finally {
    await main.close();
  }
}

async function appendAll(store: Store, count: number, tell: (line: string) => void): Promise<void> {
  const { id: projectId } = await store.projects.create({ slug: 'bench', name: 'Bench', createdAt: START });
  const chance = createChance(4_711);
  const began = performance.now();
  for (let start = 0; start < count; start += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => {
      const event = lineEvent(chance, start + index, count);
      return { projectId, event, claimedTime: event.time, isCandidate: false };
    });
    await store.events.append({ events, records: [], dropped: [], positions: [], at: events.at(-1)!.event.time });
    if ((start / BATCH) % 100 === 0)
      tell(`${start} events, ${Math.round((start / (performance.now() - began)) * 1_000)}/s`);
  }
}

function lineEvent(chance: Chance, index: number, count: number): Event {
  const time = START + Math.floor((index / count) * SPAN_MS);
  const severity = chance.next();
  const service = chance.of(SERVICES);
  return {
    id: `e${index}`,
    time,
    observedTime: time + 20,
    timeSuspect: false,
    severityNumber: severity < 0.03 ? 17 : severity < 0.15 ? 13 : severity < 0.25 ? 5 : 9,
    severityText: null,
    body: logLine(chance),
    template: null,
    service,
    environment: 'production',
    revision: `${service}-${Math.floor((index / count) * 20)}`,
    instance: `pod-${chance.below(4)}`,
    logger: 'app',
    exceptions: [],
    stackText: null,
    request: null,
    traceId: chance.hex(32),
    spanId: null,
    user: null,
    breadcrumbs: [],
    attributes: {},
    payload: null,
    source: { kind: 'otlp', name: service, position: '', stream: service },
    trust: 'server',
    truncated: false,
    entries: 1,
  };
}

async function addIssues(store: Store, tell: (line: string) => void): Promise<void> {
  const errors = await store.kysely
    .selectFrom('event')
    .select(['seq', 'service', 'revision', 'project_id'])
    .where('severity', '=', 17)
    .orderBy('seq')
    .limit(INCIDENTS)
    .execute();
  const perIssue = Math.max(Math.floor(errors.length / ISSUES), 1);
  const byService = SERVICES.map((service) => errors.filter((row) => row.service === service));
  let number = 0;
  for (const rows of byService) {
    const plan = emptyPlan();
    const issues = Math.max(Math.floor(rows.length / perIssue), 1);
    for (let issue = 0; issue < issues; issue++) {
      addIssue(
        plan,
        `issue-${number++}`,
        rows.filter((_, index) => index % issues === issue),
      );
    }
    await store.fold.apply(plan);
    tell(`${number} issues`);
  }
}

type ErrorRow = { seq: number; service: string; revision: string | null; project_id: number };

function addIssue(plan: FoldPlan, id: string, rows: readonly ErrorRow[]): void {
  const [first] = rows;
  if (!first) return;
  const { project_id: projectId, service, revision, seq } = first;
  plan.opened.push({
    id,
    projectId,
    service,
    fingerprint: `v1:app:${id}`,
    title: `ConnectionError: ${id} reset by peer`,
    errorType: 'ConnectionError',
    location: { file: 'src/client.py', line: 12, function: 'send' },
    endpoint: 'POST /orders',
    state: 'open',
    stateDetail: null,
    stateSince: START,
    severity: 17,
    signal: null,
    firstSeen: START,
    lastSeen: START,
    firstRevision: revision,
    lastRevision: revision,
    why: { version: 'v1', kind: 'app', inputs: {}, kept: [], skipped: [], template: null },
    firstEventSeq: seq,
    lastEventSeq: seq,
    assignee: null,
    mergedInto: null,
  });
  plan.hashes.push({ issueId: id, projectId, service, hash: `v1:app:${id}`, template: null, firstSeen: START });
  plan.history.push({ issueId: id, at: START, actor: 'guardian', action: 'opened', detail: null });
  for (const row of rows) {
    const time = Math.floor(row.seq / 4_096);
    plan.incidents.push({
      id: `incident-${row.seq}`,
      issueId: id,
      projectId,
      service,
      kind: 'error',
      eventSeq: row.seq,
      from: time,
      to: time,
      entries: 1,
      severity: 17,
      revision: row.revision,
      environment: 'production',
      traceId: null,
      endpoint: 'POST /orders',
      signal: null,
      userHash: `u${row.seq % 1_000}`,
      members: [{ eventSeq: row.seq, foldedBy: 'representative' }],
    });
  }
}

function emptyPlan(): FoldPlan {
  return {
    opened: [],
    changed: [],
    hashes: [],
    incidents: [],
    gone: [],
    mayVanish: [],
    history: [],
    outbox: [],
    suggestions: [],
    settled: [],
  };
}
