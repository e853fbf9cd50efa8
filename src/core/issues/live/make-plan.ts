import type { OriginOf } from '../application-frame.ts';
import { createFingerprinter, type Fingerprint } from '../fingerprint/v1.ts';
import { compareText } from '../fold/candidate.ts';
import { judgeIncidents, needsBackground } from '../lifecycle/judge-incidents.ts';
import type { FoldPlan, FoldStore, IssueBackground, IssueHashKey, OutboxEntry, StoredIncident } from '../ports.ts';
import { hashKey, IssueDraft, LearntHashes } from './issue-draft.ts';
import type { FolderKnobs } from './knobs.ts';
import type { LiveIncident } from './live-event.ts';
import type { Resemblances } from './resemblances.ts';
import type { Sentences } from './sentences.ts';
import { describe, issueIdOf, toStoredIncident } from './to-stored.ts';

export interface PlanMakerOptions {
  store: FoldStore;
  originOf: OriginOf;
  knobs: FolderKnobs;
  sentences: Sentences;
  resemblances: Resemblances;
}

/** What changed of one issue in a pass, for screens that show it. */
export interface IssueChange {
  issueId: string;
  action: 'opened' | 'regressed' | 'escalated' | 'changed' | 'incidents';
}

export interface MadePlan {
  plan: FoldPlan;
  changes: IssueChange[];
}

/** Keys of one question to the store. */
const CHUNK = 1_000;

interface Fingerprinted {
  incident: LiveIncident;
  fingerprint: Fingerprint;
}

/**
 * Turns what is told in one pass into what the store changes: each incident finds its issue by `app`, then `all`, then (for messages) by its
 * sentence, else it opens one; then the state of each touched issue is judged. Reads from the store, writes nothing.
 */
export function createPlanMaker({ store, originOf, knobs, sentences, resemblances }: PlanMakerOptions) {
  const fingerprintOf = createFingerprinter(originOf);
  return async (told: readonly LiveIncident[], settled: readonly number[], now: number): Promise<MadePlan> => {
    const items = told
      .map((incident) => ({ incident, fingerprint: fingerprintOf(incident.representative) }))
      .sort(byTime);
    const before = await inChunks([...new Set(told.flatMap((incident) => incident.told.map(({ id }) => id)))], (ids) =>
      store.incidents(ids),
    );
    const { drafts, learnt, rows, suggestions } = await matchAll(items, now);
    await judgeStates(drafts, now);
    suggestions.push(...(await resemblances.suggest(drafts, now)));
    return assemble({ drafts, learnt, rows, before, suggestions, settled, now });
  };

  async function matchAll(items: readonly Fingerprinted[], now: number) {
    const learnt = new LearntHashes(knobs.hashesPerIssue);
    const drafts = new Map<string, IssueDraft>();
    await find(
      items.flatMap(({ incident, fingerprint }) => fingerprint.hashes.map((hash) => ({ ...incident.scope, hash }))),
      { learnt, drafts },
    );
    const met = await meetSentences(items, { learnt, drafts });
    const saying = new Map<string, IssueDraft>();
    const rows: StoredIncident[] = [];
    const suggestions: FoldPlan['suggestions'] = [];
    for (const { incident, fingerprint } of items) {
      const hits = fingerprint.hashes
        .map((hash) => learnt.ownerOf({ ...incident.scope, hash }))
        .filter((hit) => hit !== null);
      const sentence = met.get(hashKey({ ...incident.scope, hash: fingerprint.primary }));
      const said = sentence ? (learnt.ownerOf(sentence) ?? saying.get(hashKey(sentence)) ?? null) : null;
      const draft = hits[0] ?? said ?? open(incident, fingerprint, drafts);
      const other = hits.find((hit) => hit !== draft);
      if (other) suggestions.push({ issueId: draft.id, otherId: other.id, score: 1, reason: 'two-hashes', at: now });
      if (sentence) saying.set(hashKey(sentence), draft);
      learnt.learn(draft, fingerprint, { at: now, template: sentenceOf(incident, fingerprint) });
      const row = toStoredIncident(incident, draft.id);
      draft.add(incident, row);
      rows.push(row);
    }
    return { drafts, learnt, rows, suggestions: distinct(suggestions) };
  }

  async function find(
    keys: readonly IssueHashKey[],
    { learnt, drafts }: { learnt: LearntHashes; drafts: Map<string, IssueDraft> },
  ): Promise<void> {
    const unique = new Map(keys.map((key) => [hashKey(key), key]));
    for (const { key, issue, hashes } of await inChunks([...unique.values()], (some) => store.issuesByHash(some))) {
      const scope = { projectId: issue.projectId, service: issue.service };
      const draft =
        drafts.get(issue.id) ?? new IssueDraft({ id: issue.id, scope, known: issue, fingerprint: null, hashes });
      drafts.set(issue.id, draft);
      learnt.note(key, draft);
    }
  }

  /**
   * By the primary hash of a message nobody knows: the hash by which the issue that says the same is found, or will be. In the order of hashes,
   * which is also the order in which the store gives those of one pass back.
   */
  async function meetSentences(
    items: readonly Fingerprinted[],
    found: { learnt: LearntHashes; drafts: Map<string, IssueDraft> },
  ): Promise<Map<string, IssueHashKey>> {
    const met = new Map<string, IssueHashKey>();
    const asked: IssueHashKey[] = [];
    for (const { incident, fingerprint } of [...items].sort(byHash)) {
      const { scope } = incident;
      const own = { ...scope, hash: fingerprint.primary };
      const template = sentenceOf(incident, fingerprint);
      if (template === null || met.has(hashKey(own)) || found.learnt.ownerOf(own)) continue;
      await sentences.load(scope);
      const same = { ...scope, hash: sentences.meet(scope, template, own.hash) };
      met.set(hashKey(own), same);
      if (same.hash !== own.hash && !found.learnt.ownerOf(same)) asked.push(same);
    }
    if (asked.length > 0) await find(asked, found);
    return met;
  }

  function open(incident: LiveIncident, fingerprint: Fingerprint, drafts: Map<string, IssueDraft>): IssueDraft {
    const id = issueIdOf(incident.scope, fingerprint);
    const draft = new IssueDraft({ id, scope: incident.scope, known: null, fingerprint, hashes: 0 });
    drafts.set(id, draft);
    return draft;
  }

  async function judgeStates(drafts: ReadonlyMap<string, IssueDraft>, now: number): Promise<void> {
    const judged = [...drafts.values()].filter(
      ({ known, newIncidents }) =>
        known !== null && newIncidents.length > 0 && (known.state === 'resolved' || known.state === 'ignored'),
    );
    const asked = judged.flatMap(({ known }) => (known && needsBackground(known) ? [known] : []));
    const found = await inChunks(asked, (issues) => store.background(issues));
    const background = new Map<string, IssueBackground>(found.map((one) => [one.issueId, one]));
    for (const draft of judged) {
      if (draft.known === null) continue;
      draft.stateChange = judgeIncidents(draft.known, draft.newIncidents, {
        background: background.get(draft.id) ?? null,
        now,
      });
    }
  }

  function assemble(made: {
    drafts: ReadonlyMap<string, IssueDraft>;
    learnt: LearntHashes;
    rows: StoredIncident[];
    before: readonly StoredIncident[];
    suggestions: FoldPlan['suggestions'];
    settled: readonly number[];
    now: number;
  }): MadePlan {
    const { drafts, learnt, rows, before, suggestions, settled, now } = made;
    const now_ = new Map(rows.map(({ id, issueId }) => [id, issueId]));
    const left = before.filter(({ id, issueId }) => now_.get(id) !== issueId);
    const plan: FoldPlan = {
      opened: [],
      changed: [],
      hashes: learnt.rows,
      incidents: rows,
      gone: before.filter(({ id }) => !now_.has(id)).map(({ id }) => id),
      mayVanish: [...new Set(left.map(({ issueId }) => issueId))],
      history: [],
      outbox: [],
      suggestions,
      settled: [...settled],
    };
    const changes: IssueChange[] = [];
    for (const draft of drafts.values()) {
      if (draft.incidents.length === 0) continue;
      const action = draft.known === null ? writeOpened(plan, draft, now) : writeChanged(plan, draft, now);
      changes.push({ issueId: draft.id, action });
    }
    return { plan, changes };
  }

  function writeOpened(plan: FoldPlan, draft: IssueDraft, now: number): IssueChange['action'] {
    const { id, scope, severity, signal, incidents } = draft;
    const { primary, why } = draft.fingerprint!;
    const ascending = [...incidents].sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
    const first = ascending[0]!;
    const last = ascending.at(-1)!;
    const described = describe(draft.first!, originOf);
    plan.opened.push({
      id,
      ...scope,
      fingerprint: primary,
      ...described,
      state: 'open',
      stateDetail: null,
      stateSince: now,
      severity,
      signal,
      firstSeen: first.from,
      lastSeen: incidents.reduce((latest, { to }) => Math.max(latest, to), last.to),
      firstRevision: first.revision,
      lastRevision: last.revision,
      why,
      firstEventSeq: first.eventSeq,
      lastEventSeq: last.eventSeq,
      assignee: null,
      mergedInto: null,
    });
    plan.history.push({
      issueId: id,
      at: now,
      actor: 'guardian',
      action: 'opened',
      detail: { incident: first.id, revision: first.revision },
    });
    plan.outbox.push(
      outboxRow('issue-opened', draft, { title: described.title, incident: first.id, revision: first.revision }),
    );
    return 'opened';
  }

  function writeChanged(plan: FoldPlan, draft: IssueDraft, now: number): IssueChange['action'] {
    const { id, known, stateChange, severity, signal, isGraver } = draft;
    const change: FoldPlan['changed'][number] = { id };
    if (severity > known!.severity) change.severity = severity;
    if (signal !== known!.signal) change.signal = signal;
    rename(change, draft);
    if (stateChange) {
      const { action, detail, ...state } = stateChange;
      Object.assign(change, state);
      plan.history.push({ issueId: id, at: now, actor: 'guardian', action, detail });
      plan.outbox.push(outboxRow(`issue-${action}`, draft, { title: change.title ?? known!.title, ...detail }));
    } else if (isGraver) {
      plan.outbox.push(
        outboxRow('issue-changed', draft, {
          action: 'graver',
          title: change.title ?? known!.title,
          formerSeverity: known!.severity,
          formerSignal: known!.signal,
        }),
      );
    }
    if (Object.keys(change).length > 1) plan.changed.push(change);
    return stateChange?.action ?? (isGraver ? 'changed' : 'incidents');
  }

  /** An issue is called by its earliest incident, in whatever order they arrive. */
  function rename(change: FoldPlan['changed'][number], { first, known }: IssueDraft): void {
    if (first === null || known === null) return;
    const { title, location, endpoint } = describe(first, originOf);
    if (title !== known.title) change.title = title;
    if (JSON.stringify(location) !== JSON.stringify(known.location)) change.location = location;
    if (endpoint !== known.endpoint) change.endpoint = endpoint;
  }
}

/** What is told at once must say how grave it is. */
function outboxRow(
  kind: string,
  { id, scope, severity, signal }: IssueDraft,
  payload: Record<string, unknown>,
): OutboxEntry {
  return {
    kind,
    projectId: scope.projectId,
    subjectId: id,
    payload: { service: scope.service, severity, signal, ...payload },
  };
}

/** The masked message of what has no stack and no template of its own: what the tree of sentences knows it by. */
function sentenceOf({ representative: { event } }: LiveIncident, { why }: Fingerprint): string | null {
  if (why.kind !== 'msg' || event.exceptions.length > 0 || event.template !== null) return null;
  return why.template;
}

function byHash(a: Fingerprinted, b: Fingerprinted): number {
  return compareText(a.fingerprint.primary, b.fingerprint.primary);
}

function byTime(a: Fingerprinted, b: Fingerprinted): number {
  return (
    a.incident.members[0]!.event.time - b.incident.members[0]!.event.time || compareText(a.incident.id, b.incident.id)
  );
}

function distinct(suggestions: readonly FoldPlan['suggestions'][number][]): FoldPlan['suggestions'] {
  return [...new Map(suggestions.map((one) => [`${one.issueId}\u0000${one.otherId}`, one])).values()];
}

async function inChunks<Key, Found>(
  keys: readonly Key[],
  ask: (keys: readonly Key[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < keys.length; start += CHUNK) found.push(...(await ask(keys.slice(start, start + CHUNK))));
  return found;
}
