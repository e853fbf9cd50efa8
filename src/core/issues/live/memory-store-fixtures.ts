import type { Event } from '../../events/index.ts';
import { type Clock, GuardianError } from '../../shared/index.ts';
import type {
  FoldPlan,
  FoldStore,
  IssueBackground,
  IssueChangeEntry,
  IssueFilter,
  IssueReader,
  IssueWriter,
  OutboxEntry,
  QueuedEvent,
  StoredIncident,
  StoredIssue,
} from '../ports.ts';
import { serializeForFold } from './queued-event.ts';

const HOUR_MS = 3_600_000;
const HASHES_PER_ISSUE = 200;

interface Tables {
  events: Map<number, { projectId: number; event: Event }>;
  queue: Map<number, QueuedEvent>;
  incidents: Map<string, StoredIncident>;
  issues: Map<string, StoredIssue>;
  /** `project service hash` → row. */
  hashes: Map<string, FoldPlan['hashes'][number] & { mergedFrom: string | null }>;
  revisions: Map<string, { projectId: number; service: string } & IssueBackground['serviceRevisions'][number]>;
  history: (IssueChangeEntry & { id: number })[];
  outbox: OutboxEntry[];
  suggestions: Map<string, FoldPlan['suggestions'][number] & { dismissedAt: number | null }>;
  arrival: number;
  /** What was merged: incident → the issue it came from. */
  mergedIncidents: Map<string, string>;
}

/** An issue store in memory that keeps what the databases keep: transactions, unique keys, rows that come back as copies. */
export interface MemoryStore {
  fold: FoldStore;
  issues: IssueReader & IssueWriter;
  append(projectId: number, events: readonly Event[]): void;
  /** The next `apply` throws: before anything is written, or after all of it is (an answer that got lost); null: it does not. */
  failNext(when: 'before' | 'after' | null): void;
  deploy(revision: { projectId: number; service: string; name: string; at: number }): void;
  readonly tables: Readonly<Tables>;
  readonly applied: number;
}

export function createMemoryStore({ clock }: { clock: Clock }): MemoryStore {
  let tables: Tables = {
    events: new Map(),
    queue: new Map(),
    incidents: new Map(),
    issues: new Map(),
    hashes: new Map(),
    revisions: new Map(),
    history: [],
    outbox: [],
    suggestions: new Map(),
    arrival: 0,
    mergedIncidents: new Map(),
  };
  let failing: 'before' | 'after' | null = null;
  let applied = 0;

  async function transaction<Result>(work: (draft: Tables) => Result): Promise<Result> {
    const draft = copyOf(tables);
    const result = work(draft);
    tables = draft;
    return result;
  }

  const fold: FoldStore = {
    async queued(after, limit) {
      return [...tables.queue.values()]
        .filter(({ arrival }) => arrival > after)
        .sort((a, b) => a.arrival - b.arrival)
        .slice(0, limit);
    },
    async issuesByHash(keys) {
      return keys.flatMap((key) => {
        const row = tables.hashes.get(hashKey(key));
        const issue = row ? surviving(tables, row.issueId) : null;
        if (!issue) return [];
        const hashes = [...tables.hashes.values()].filter(({ issueId }) => issueId === issue.id).length;
        return [{ key: { ...key }, issue: structuredClone(issue), hashes }];
      });
    },
    async incidents(ids) {
      return structuredClone(ids.flatMap((id) => tables.incidents.get(id) ?? []));
    },
    async incidentsOf(seqs) {
      const asked = new Set(seqs);
      return structuredClone(
        [...tables.incidents.values()].filter(({ members }) => members.some(({ eventSeq }) => asked.has(eventSeq))),
      );
    },
    async templates({ projectId, service }, limit) {
      return [...tables.hashes.values()]
        .filter((row) => row.projectId === projectId && row.service === service && row.template !== null)
        .sort((a, b) => a.firstSeen - b.firstSeen || compare(a.hash, b.hash))
        .slice(-limit)
        .map(({ template, hash }) => ({ template: template ?? '', hash }));
    },
    async representatives({ projectId, service }, limit) {
      return [...tables.issues.values()]
        .filter((issue) => issue.projectId === projectId && issue.service === service && issue.mergedInto === null)
        .sort((a, b) => b.lastSeen - a.lastSeen || compare(a.id, b.id))
        .slice(0, limit)
        .flatMap(({ id, firstEventSeq }) => {
          const found = tables.events.get(firstEventSeq);
          return found ? [{ issueId: id, event: structuredClone(found.event) }] : [];
        });
    },
    async background(issues) {
      return issues.map(({ id, projectId, service }) => {
        const hours = hoursOf(tables, id);
        const from = Math.floor(clock.now() / HOUR_MS) * HOUR_MS - 168 * HOUR_MS;
        const own = incidentsOfIssue(tables, id);
        return {
          issueId: id,
          hours: hours.filter(({ hour }) => hour >= from).map(({ hour, incidents }) => ({ hour, incidents })),
          highestEarlierHour: Math.max(0, ...hours.filter(({ hour }) => hour < from).map(({ incidents }) => incidents)),
          revisions: [...new Set(own.flatMap(({ revision }) => revision ?? []))].sort(),
          serviceRevisions: [...tables.revisions.values()]
            .filter((row) => row.projectId === projectId && row.service === service)
            .map(({ name, firstSeen, lastSeen, deployedAt }) => ({ name, firstSeen, lastSeen, deployedAt })),
        };
      });
    },
    async apply(plan) {
      const mode = failing;
      failing = null;
      if (mode === 'before') throw new GuardianError('store_unavailable', { reason: 'away' });
      await transaction((draft) => applyPlan(draft, structuredClone(plan)));
      applied++;
      if (mode === 'after') throw new GuardianError('store_unavailable', { reason: 'connection lost' });
    },
  };
  const issues: IssueReader & IssueWriter = {
    async list(filter) {
      const found = [...tables.issues.values()].filter((issue) => matches(issue, filter)).sort(orderOf(filter.sort));
      return { ...pageOf(found, filter), total: found.length };
    },
    async get(id) {
      return structuredClone(tables.issues.get(id) ?? null);
    },
    async idOfNumber(projectId, number) {
      const found = [...tables.issues.values()].find(
        (issue) => issue.projectId === projectId && issue.number === number,
      );
      return found?.id ?? null;
    },

    async hours(ids, from) {
      return ids.flatMap((id) =>
        hoursOf(tables, id)
          .filter(({ hour }) => hour >= from)
          .map((row) => ({ issueId: id, ...row })),
      );
    },
    async about(id) {
      return aboutOf(tables, id);
    },
    async incidents(id, page) {
      return pageOf(
        incidentsOfIssue(tables, id).sort((a, b) => b.from - a.from || compare(b.id, a.id)),
        page,
      );
    },
    change(id, change, history, outbox) {
      return transaction((draft) => {
        const issue = draft.issues.get(id);
        if (!issue) return false;
        Object.assign(issue, structuredClone(change));
        note(draft, [history], [outbox]);
        return true;
      });
    },
    note: (history, outbox) => transaction((draft) => note(draft, [history], [outbox])),
    merge: (id, into, history, outbox) =>
      transaction((draft) => {
        moveInto(draft, id, into);
        draft.issues.get(id)!.mergedInto = into;
        recount(draft, id);
        recount(draft, into);
        note(draft, history, [outbox]);
      }),
    unmerge: (id, history, outbox) =>
      transaction((draft) => {
        const issue = draft.issues.get(id)!;
        const into = issue.mergedInto;
        issue.mergedInto = null;
        moveBack(draft, id);
        recount(draft, id);
        if (into !== null) recount(draft, into);
        note(draft, history, [outbox]);
      }),
    dismissSuggestion: (id, otherId, at) =>
      transaction((draft) => {
        for (const row of draft.suggestions.values()) if (isPair(row, id, otherId)) row.dismissedAt = at;
      }),
  };
  return {
    fold,
    issues,
    get tables() {
      return tables;
    },
    get applied() {
      return applied;
    },
    append(projectId, events) {
      for (const event of events) {
        let seq = Math.floor(event.time) * 4_096;
        while (tables.events.has(seq)) seq++;
        tables.events.set(seq, { projectId, event });
        const service = event.service ?? '';
        noteRevision(tables, projectId, service, event);
        tables.arrival++;
        tables.queue.set(seq, { seq, projectId, service, event: serializeForFold(event), arrival: tables.arrival });
      }
    },
    failNext(when) {
      failing = when;
    },
    deploy({ projectId, service, name, at }) {
      const key = `${projectId} ${service} ${name}`;
      const known = tables.revisions.get(key);
      const { firstSeen, lastSeen } = known ?? { firstSeen: at, lastSeen: at };
      tables.revisions.set(key, { projectId, service, name, firstSeen, lastSeen, deployedAt: at });
    },
  };
}

function applyPlan(draft: Tables, plan: FoldPlan): void {
  const touched = new Set(plan.mayVanish);
  for (const id of plan.gone) {
    const incident = draft.incidents.get(id);
    if (incident) touched.add(incident.issueId);
    draft.incidents.delete(id);
    draft.mergedIncidents.delete(id);
  }
  for (const opened of plan.opened) openIssue(draft, opened);
  for (const { id, ...change } of plan.changed) Object.assign(draft.issues.get(id)!, change);
  for (const row of plan.hashes) addHash(draft, row);
  for (const incident of plan.incidents) {
    if (!draft.issues.has(incident.issueId)) throw new Error(`no issue ${incident.issueId}`);
    const before = draft.incidents.get(incident.id);
    if (before) touched.add(before.issueId);
    draft.incidents.set(incident.id, incident);
    touched.add(incident.issueId);
  }
  for (const id of touched) recount(draft, id);
  checkEvents(draft);
  note(draft, plan.history, plan.outbox);
  for (const row of plan.suggestions) addSuggestion(draft, row);
  for (const seq of plan.settled) draft.queue.delete(seq);
  for (const id of plan.mayVanish) vanish(draft, id);
}

function openIssue(draft: Tables, opened: FoldPlan['opened'][number]): void {
  if (draft.issues.has(opened.id)) throw new Error(`issue ${opened.id} is there`);
  const number = 1 + [...draft.issues.values()].filter(({ projectId }) => projectId === opened.projectId).length;
  draft.issues.set(opened.id, { ...opened, number, incidents: 0, events: 0, users: 0 });
}

function addHash(draft: Tables, row: FoldPlan['hashes'][number]): void {
  if (draft.hashes.has(hashKey(row))) return;
  draft.hashes.set(hashKey(row), { ...row, mergedFrom: null });
  if ([...draft.hashes.values()].filter(({ issueId }) => issueId === row.issueId).length > HASHES_PER_ISSUE)
    throw new Error(`more than ${HASHES_PER_ISSUE} hashes`);
}

function addSuggestion(draft: Tables, row: FoldPlan['suggestions'][number]): void {
  const isThere = draft.issues.has(row.issueId) && draft.issues.has(row.otherId);
  if (isThere && ![...draft.suggestions.values()].some((known) => isPair(known, row.issueId, row.otherId)))
    draft.suggestions.set(`${row.issueId} ${row.otherId}`, { ...row, dismissedAt: null });
}

/** What an issue that is merged has goes to the other, which remembers whose it was. */
function moveInto(draft: Tables, id: string, into: string): void {
  for (const row of draft.hashes.values()) {
    if (row.issueId !== id) continue;
    row.issueId = into;
    row.mergedFrom ??= id;
  }
  for (const incident of draft.incidents.values()) {
    if (incident.issueId !== id) continue;
    incident.issueId = into;
    if (!draft.mergedIncidents.has(incident.id)) draft.mergedIncidents.set(incident.id, id);
  }
}

function moveBack(draft: Tables, id: string): void {
  for (const row of draft.hashes.values()) {
    if (row.mergedFrom !== id) continue;
    row.issueId = id;
    row.mergedFrom = null;
  }
  for (const [incidentId, from] of draft.mergedIncidents) {
    if (from !== id) continue;
    draft.mergedIncidents.delete(incidentId);
    const incident = draft.incidents.get(incidentId);
    if (incident) incident.issueId = id;
  }
}

/** An event is in one incident at most. */
function checkEvents(draft: Tables): void {
  const seen = new Set<number>();
  for (const { members, id } of draft.incidents.values()) {
    for (const { eventSeq } of members) {
      if (seen.has(eventSeq)) throw new Error(`event ${eventSeq} is in two incidents, one is ${id}`);
      seen.add(eventSeq);
    }
  }
}

function vanish(draft: Tables, id: string): void {
  const issue = draft.issues.get(id);
  const touched = draft.history.filter(({ issueId }) => issueId === id).length > 1;
  if (!issue || issue.incidents > 0 || issue.state !== 'open' || issue.assignee !== null || touched) return;
  draft.issues.delete(id);
  for (const [key, row] of draft.hashes) if (row.issueId === id) draft.hashes.delete(key);
  for (const [key, row] of draft.suggestions)
    if (row.issueId === id || row.otherId === id) draft.suggestions.delete(key);
  draft.history = draft.history.filter(({ issueId }) => issueId !== id);
}

function recount(draft: Tables, id: string): void {
  const issue = draft.issues.get(id);
  if (!issue) return;
  const own = incidentsOfIssue(draft, id).sort((a, b) => a.from - b.from || compare(a.id, b.id));
  issue.incidents = own.length;
  issue.events = own.reduce((sum, { members }) => sum + members.length, 0);
  issue.users = new Set(own.flatMap(({ userHash }) => userHash ?? [])).size;
  const first = own[0];
  const last = own.at(-1);
  if (!first || !last) return;
  issue.firstSeen = first.from;
  issue.lastSeen = Math.max(...own.map(({ to }) => to));
  issue.firstEventSeq = first.eventSeq;
  issue.lastEventSeq = last.eventSeq;
  issue.firstRevision = first.revision;
  issue.lastRevision = last.revision;
}

function note(draft: Tables, history: readonly IssueChangeEntry[], outbox: readonly OutboxEntry[]): void {
  for (const row of history) draft.history.push({ ...structuredClone(row), id: draft.history.length + 1 });
  draft.outbox.push(...structuredClone(outbox));
}

function noteRevision(tables: Tables, projectId: number, service: string, event: Event): void {
  if (event.revision === null) return;
  const key = `${projectId} ${service} ${event.revision}`;
  const known = tables.revisions.get(key);
  tables.revisions.set(key, {
    projectId,
    service,
    name: event.revision,
    firstSeen: Math.min(known?.firstSeen ?? Number.POSITIVE_INFINITY, event.time),
    lastSeen: Math.max(known?.lastSeen ?? Number.NEGATIVE_INFINITY, event.time),
    deployedAt: known?.deployedAt ?? null,
  });
}

function surviving(tables: Tables, id: string): StoredIssue | null {
  let issue = tables.issues.get(id) ?? null;
  for (let steps = 0; issue?.mergedInto && steps < 100; steps++) issue = tables.issues.get(issue.mergedInto) ?? null;
  return issue;
}

function incidentsOfIssue(tables: Tables, id: string): StoredIncident[] {
  return [...tables.incidents.values()].filter(({ issueId }) => issueId === id);
}

function hoursOf(tables: Tables, id: string): { hour: number; incidents: number; events: number }[] {
  const hours = new Map<number, { hour: number; incidents: number; events: number }>();
  for (const { from, members } of incidentsOfIssue(tables, id)) {
    const hour = Math.floor(from / HOUR_MS) * HOUR_MS;
    const row = hours.get(hour) ?? { hour, incidents: 0, events: 0 };
    row.incidents++;
    row.events += members.length;
    hours.set(hour, row);
  }
  return [...hours.values()].sort((a, b) => a.hour - b.hour);
}

function aboutOf(tables: Tables, id: string): Awaited<ReturnType<IssueReader['about']>> {
  const revisions = new Map<string, { revision: string; firstSeen: number; lastSeen: number; incidents: number }>();
  for (const { revision, from, to } of incidentsOfIssue(tables, id)) {
    if (revision === null) continue;
    const row = revisions.get(revision) ?? { revision, firstSeen: from, lastSeen: to, incidents: 0 };
    row.firstSeen = Math.min(row.firstSeen, from);
    row.lastSeen = Math.max(row.lastSeen, to);
    row.incidents++;
    revisions.set(revision, row);
  }
  return structuredClone({
    hashes: [...tables.hashes.values()].filter(({ issueId }) => issueId === id).map(({ hash }) => hash),
    revisions: [...revisions.values()],
    history: tables.history.filter(({ issueId }) => issueId === id),
    suggestions: [...tables.suggestions.values()]
      .filter((row) => row.dismissedAt === null && (row.issueId === id || row.otherId === id))
      .map(({ issueId, otherId, score, reason }) => ({ otherId: issueId === id ? otherId : issueId, score, reason })),
    merged: [...tables.issues.values()].filter(({ mergedInto }) => mergedInto === id).map((issue) => issue.id),
  });
}

function matches(issue: StoredIssue, filter: IssueFilter): boolean {
  const { title, errorType, location, endpoint, service } = issue;
  const text = [title, errorType, location?.file, location?.function, endpoint, service].join(' ').toLowerCase();
  return (
    issue.mergedInto === null &&
    filter.words.every((word) => text.includes(word.toLowerCase())) &&
    (filter.states === null || filter.states.includes(issue.state)) &&
    (filter.projectId === null || filter.projectId === issue.projectId) &&
    (filter.service === null || filter.service === service) &&
    (filter.revision === null || filter.revision === issue.firstRevision || filter.revision === issue.lastRevision) &&
    (filter.assignee === null || filter.assignee === issue.assignee) &&
    (filter.minimumSeverity === null || issue.severity >= filter.minimumSeverity)
  );
}

function orderOf(sort: IssueFilter['sort']): (a: StoredIssue, b: StoredIssue) => number {
  const value = {
    'last-seen': (issue: StoredIssue) => issue.lastSeen,
    'first-seen': (issue: StoredIssue) => issue.firstSeen,
    incidents: (issue: StoredIssue) => issue.incidents,
    users: (issue: StoredIssue) => issue.users,
  }[sort];
  return (a, b) => value(b) - value(a) || compare(a.id, b.id);
}

function pageOf<Item>(
  all: readonly Item[],
  { cursor, limit }: { cursor: string | null; limit: number },
): { items: Item[]; nextCursor: string | null; total: number | null } {
  const start = Number(cursor ?? 0);
  const items = structuredClone(all.slice(start, start + limit)) as Item[];
  return { items, nextCursor: start + limit < all.length ? String(start + limit) : null, total: null };
}

function hashKey({ projectId, service, hash }: { projectId: number; service: string; hash: string }): string {
  return `${projectId} ${service} ${hash}`;
}

function isPair(row: { issueId: string; otherId: string }, a: string, b: string): boolean {
  return (row.issueId === a && row.otherId === b) || (row.issueId === b && row.otherId === a);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rows a transaction may change are copied; events and queue rows never change. */
function copyOf(tables: Tables): Tables {
  return {
    ...tables,
    queue: new Map(tables.queue),
    incidents: new Map([...tables.incidents].map(([id, row]) => [id, { ...row }])),
    issues: new Map([...tables.issues].map(([id, row]) => [id, { ...row }])),
    hashes: new Map([...tables.hashes].map(([key, row]) => [key, { ...row }])),
    history: [...tables.history],
    outbox: [...tables.outbox],
    suggestions: new Map([...tables.suggestions].map(([key, row]) => [key, { ...row }])),
    mergedIncidents: new Map(tables.mergedIncidents),
  };
}
