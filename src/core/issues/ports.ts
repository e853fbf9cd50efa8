import type { Event } from '../events/index.ts';
import type { FingerprintExplanation } from './issue.ts';

/** What is known of an issue in the store. Instants are epoch ms. */
export interface StoredIssue {
  id: string;
  /** Counts up within the project. */
  number: number;
  projectId: number;
  service: string;
  fingerprint: string;
  title: string;
  errorType: string | null;
  location: { file: string; line: number | null; function: string | null } | null;
  endpoint: string | null;
  state: IssueState;
  stateDetail: StateDetail | null;
  stateSince: number;
  /** Highest severity of its incidents. */
  severity: number;
  signal: 'OOM' | 'UNHEALTHY' | 'CRASH' | null;
  firstSeen: number;
  lastSeen: number;
  firstRevision: string | null;
  lastRevision: string | null;
  incidents: number;
  events: number;
  users: number;
  why: FingerprintExplanation;
  firstEventSeq: number;
  lastEventSeq: number;
  assignee: string | null;
  mergedInto: string | null;
}

export type IssueState = 'open' | 'handed off' | 'resolved' | 'regressed' | 'ignored';

/** What `resolved` and `ignored` mean for one issue. */
export type StateDetail =
  | { kind: 'resolved'; in: 'now' }
  | { kind: 'resolved'; in: 'revision'; revision: string }
  /** `after`: the newest revision of the service when it was said; null when none was known. */
  | { kind: 'resolved'; in: 'next'; after: string | null }
  | { kind: 'ignored'; until: 'escalating' | 'for-ever' }
  | { kind: 'ignored'; until: 'time'; time: number }
  | { kind: 'ignored'; until: 'count'; incidents: number; from: number };

/** One incident as it is kept: what it counts for, and where its events are. */
export interface StoredIncident {
  id: string;
  issueId: string;
  projectId: number;
  service: string;
  kind: 'error' | 'warning';
  /** The representative's event. */
  eventSeq: number;
  from: number;
  to: number;
  entries: number;
  severity: number;
  revision: string | null;
  environment: string | null;
  traceId: string | null;
  endpoint: string | null;
  signal: 'OOM' | 'UNHEALTHY' | 'CRASH' | null;
  userHash: string | null;
  members: { eventSeq: number; foldedBy: string }[];
}

/** A revision of a service, as regression needs them: in the order of `deployedAt`, else semver, else `firstSeen`. */
export interface SeenRevisionRow {
  name: string;
  firstSeen: number;
  deployedAt: number | null;
}

/** A row for whoever cares, written with the change. `kind`: issue-opened, issue-regressed, issue-escalated, issue-changed. */
export interface OutboxEntry {
  kind: string;
  projectId: number | null;
  subjectId: string;
  payload: Record<string, unknown> | null;
}

export interface IssueChangeEntry {
  issueId: string;
  at: number;
  /** `guardian`, `user:<id>`, `key:<id>`, `agent:<label>`. */
  actor: string;
  action: string;
  detail: Record<string, unknown> | null;
}

/** What one pass of folding changes: carried out whole, in one transaction, or not at all. */
export interface FoldPlan {
  /** Without number and counts: the store gives the number and counts from the incidents. */
  opened: Omit<StoredIssue, 'number' | 'incidents' | 'events' | 'users'>[];
  /** Fields of known issues that change besides the counts, which follow from the incidents. */
  changed: ({ id: string } & Partial<
    Pick<
      StoredIssue,
      'state' | 'stateDetail' | 'stateSince' | 'severity' | 'signal' | 'title' | 'location' | 'endpoint'
    >
  >)[];
  /** Those that are known already stay as they are. */
  hashes: {
    issueId: string;
    projectId: number;
    service: string;
    hash: string;
    /** Of a sentence without a stack, so that the tree of templates is the same after a restart. */
    template: string | null;
    /** When it was learnt. */
    firstSeen: number;
  }[];
  /** New ones, and known ones with what they are now; the store takes the difference into counts, hours, revisions and users. */
  incidents: StoredIncident[];
  /** Incidents that were told before and are now part of another one. */
  gone: string[];
  /**
   * Issues that an incident left: deleted with their hashes when no incident is left and nobody has touched them (open, one row of
   * history: `opened`).
   */
  mayVanish: string[];
  history: IssueChangeEntry[];
  outbox: OutboxEntry[];
  /** `reason`: `two-hashes`, `similar-stack`, `cut-trace`, `same-sentence`. Known ones, and those about an issue that is not there, are left out. */
  suggestions: { issueId: string; otherId: string; score: number; reason: string; at: number }[];
  /** Events that need not be held for folding any longer. */
  settled: number[];
}

/** An event that waits to be folded: what was stored of it for that, small. */
export interface QueuedEvent {
  seq: number;
  projectId: number;
  service: string;
  /** What `serializeForFold` makes of the event: small, and read by folding alone. */
  event: string;
  /** Order of arrival; grows. */
  arrival: number;
}

/** The store as folding sees it. */
export interface FoldStore {
  /** Events that arrived after `arrival`, in the order of arrival. From 0: all that are not settled. */
  queued(after: number, limit: number): Promise<QueuedEvent[]>;
  /** Issues by any of their hashes, those merged away as what they were merged into. `hashes`: how many the issue has. */
  issuesByHash(keys: readonly IssueHashKey[]): Promise<{ key: IssueHashKey; issue: StoredIssue; hashes: number }[]>;
  /** Incidents told before, of these ids, with the issues they belong to by now. */
  incidents(ids: readonly string[]): Promise<StoredIncident[]>;
  /** Incidents told before that hold any of these events, whole: what a restart goes on from. */
  incidentsOf(seqs: readonly number[]): Promise<StoredIncident[]>;
  /**
   * Templates of a service's issues (rows of `hashes` that have one), the newest `limit`, oldest first (`firstSeen`, then `hash`).
   */
  templates(scope: ServiceScope, limit: number): Promise<{ template: string; hash: string }[]>;
  /** The first event of each issue of a service that is not merged away, newest issues (`lastSeen`) first; without those that are forgotten. */
  representatives(scope: ServiceScope, limit: number): Promise<{ issueId: string; event: Event }[]>;
  /** What lifecycle decisions about these issues need. */
  background(issues: readonly Pick<StoredIssue, 'id' | 'projectId' | 'service'>[]): Promise<IssueBackground[]>;
  apply(plan: FoldPlan): Promise<void>;
}

export interface ServiceScope {
  projectId: number;
  service: string;
}

export interface IssueHashKey {
  projectId: number;
  service: string;
  hash: string;
}

export interface IssueBackground {
  issueId: string;
  /** Incidents of the last 169 hours, by full hour (epoch ms); hours without any are absent. */
  hours: { hour: number; incidents: number }[];
  /** The most incidents of one hour older than those; 0 without any. */
  highestEarlierHour: number;
  /** Revisions in which the issue was seen. */
  revisions: string[];
  /** Every revision of its service, and when anything came from it last. */
  serviceRevisions: (SeenRevisionRow & { lastSeen: number })[];
}

export interface IssueFilter {
  /** Words, all of which must be found in title, type, file, function, endpoint, service. */
  words: string[];
  /** Null: every state. */
  states: IssueState[] | null;
  projectId: number | null;
  service: string | null;
  revision: string | null;
  assignee: string | null;
  minimumSeverity: number | null;
  sort: 'last-seen' | 'first-seen' | 'incidents' | 'users';
  cursor: string | null;
  limit: number;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number | null;
}

/** What clients tell of a release, and users of what failed. */
export interface ClientTales {
  /** What users wrote about events of the issue, newest first. Redacted, and without the name and address of who wrote it. */
  feedback(issue: Pick<StoredIssue, 'id' | 'projectId'>, limit: number): Promise<Feedback[]>;
  /** Of those of these releases that sent sessions. */
  releases(projectId: number, names: readonly string[]): Promise<ReleaseHealth[]>;
}

export interface Feedback {
  id: string;
  /** Epoch ms. */
  at: number;
  text: string;
  /** The page it was written on. */
  url: string | null;
  revision: string | null;
  /** The event it is about. */
  eventSeq: number;
}

export interface ReleaseHealth {
  release: string;
  sessions: number;
  crashed: number;
  /** Ended by the system, or by a hang. */
  abnormal: number;
}

/** What screens, API and agents read. */
export interface IssueReader {
  list(filter: IssueFilter): Promise<Page<StoredIssue>>;
  /** Null when there is none; a merged one is given as it is. */
  get(id: string): Promise<StoredIssue | null>;
  /** The issue that people call by its number within the project; null when there is none. */
  idOfNumber(projectId: number, number: number): Promise<string | null>;
  /** Incidents of each hour since `from`, of each issue. */
  hours(
    ids: readonly string[],
    from: number,
  ): Promise<{ issueId: string; hour: number; incidents: number; events: number }[]>;
  about(id: string): Promise<IssueAbout>;
  incidents(id: string, page: { cursor: string | null; limit: number }): Promise<Page<StoredIncident>>;
}

export interface IssueAbout {
  hashes: string[];
  revisions: { revision: string; firstSeen: number; lastSeen: number; incidents: number }[];
  history: (IssueChangeEntry & { id: number })[];
  suggestions: { otherId: string; score: number; reason: string }[];
  /** Issues that were merged into this one. */
  merged: string[];
}

/** What a person or an agent changes. Each is one transaction: the change, its row of history, its outbox row. */
export interface IssueWriter {
  change(
    id: string,
    change: Partial<Pick<StoredIssue, 'state' | 'stateDetail' | 'stateSince' | 'assignee'>>,
    history: IssueChangeEntry,
    outbox: OutboxEntry,
  ): Promise<boolean>;
  note(history: IssueChangeEntry, outbox: OutboxEntry): Promise<void>;
  /** Hashes, incidents and counts go to `into`; undone by `unmerge`. */
  merge(id: string, into: string, history: IssueChangeEntry[], outbox: OutboxEntry): Promise<void>;
  unmerge(id: string, history: IssueChangeEntry[], outbox: OutboxEntry): Promise<void>;
  dismissSuggestion(id: string, otherId: string, at: number): Promise<void>;
}
