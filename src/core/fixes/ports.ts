import type { Fixability } from '../evidence/index.ts';
import type { IssueChangeEntry, IssueState, OutboxEntry, StoredIssue } from '../issues/index.ts';
import type { HandOff } from '../reports/index.ts';
import type { AgentRun, Fix, FixAttempt, FixChange, FixState, FixWork, LookAlike, PullRequestRef } from './fix.ts';

/** Here too: the store, which every thread opens, needs nothing else of this module. */
export { OPEN_FIX_STATES } from './fix.ts';

/** What an issue becomes along with its fix, in the same transaction. */
export interface IssueMove {
  issueId: string;
  /** Only from these states: what a person decided meanwhile stands. */
  from: readonly IssueState[];
  change: Partial<Pick<StoredIssue, 'state' | 'stateDetail' | 'stateSince'>>;
  history: IssueChangeEntry;
  outbox: OutboxEntry;
}

/** A new fix with all that is written beside it, whole or not at all. */
export interface FixOpening {
  fix: Fix;
  /** What was handed over, kept as it was. */
  handOff: HandOff;
  change: FixChange;
  issue: IssueMove | null;
  outbox: readonly OutboxEntry[];
  /** What is to be done first; null: nothing (mail, MCP, a person). */
  work: FixWork | null;
  /** Automatic ones made since `since` may be fewer than `most`; null: a person asks, and is not counted. */
  cap: { since: number; most: number } | null;
}

export type FixOpened = { kind: 'opened'; fix: Fix } | { kind: 'open'; fix: Fix } | { kind: 'capped'; made: number };

/** A change of a fix, from the version that `fix` had. */
export interface FixMove {
  fix: Fix;
  /** Only what changes. */
  to: Partial<Omit<Fix, 'id' | 'issueId' | 'projectId' | 'service' | 'version'>>;
  /** Null: only the look is noted. */
  change: FixChange | null;
  issue: IssueMove | null;
  outbox: readonly OutboxEntry[];
  work: FixWork | null;
  at: number;
}

/** A mark of the change is there already: the same mail came before, or at the same time. Nothing is written. */
export class RepeatedReply extends Error {}

export interface FixStore {
  /** One open fix an issue: a unique row. The cap is counted in the same transaction. */
  open(opening: FixOpening): Promise<FixOpened>;
  /** Null: somebody changed it since it was read. Rejects with `RepeatedReply`, as `note` does. */
  move(move: FixMove): Promise<Fix | null>;
  /** A row of history without any change of state. */
  note(change: FixChange): Promise<void>;
  /** Ended ones and their attempts, and marks of mails, whose time is over; bounded: call again until 0. */
  forget(request: { before: number; limit: number }): Promise<number>;
}

export interface FixFilter {
  states: readonly FixState[] | null;
  projectId: number | null;
  issueId: string | null;
  service: string | null;
  /** In its state since then, or later; null: whenever. */
  since: number | null;
  cursor: string | null;
  limit: number;
}

export interface FixReader {
  /** By its id; null when there is none. */
  get(id: string): Promise<Fix | null>;
  /** The newest of an issue, open or not. */
  newestOf(issueId: string): Promise<Fix | null>;
  /** Newest first. */
  list(filter: FixFilter): Promise<{ items: Fix[]; nextCursor: string | null }>;
  /** What was handed over, its history (oldest first) and its attempts (newest first); null when there is no such fix. */
  about(id: string): Promise<{ handOff: HandOff | null; history: FixChange[]; attempts: FixAttempt[] } | null>;
  /** By its pull request, for what the forge says of it. */
  ofPullRequest(pullRequest: PullRequestRef): Promise<Fix | null>;
}

/** What came of a try. */
export interface AttemptResult {
  state: 'pending' | 'done' | 'dead';
  at: number;
  /** Of one that is tried again. */
  nextAt: number;
  lastError: string | null;
  run: AgentRun | null;
}

export interface AttemptQueue {
  /** Takes one that is due by conditional UPDATE; what came of one whose claim ran out is decided first (`lost`). Null: nothing is due. */
  claim(request: {
    node: string;
    at: number;
    holdMs: number;
    kinds: readonly FixWork['kind'][];
  }): Promise<FixAttempt | null>;
  /** False: it is no longer the node's. */
  renew(id: string, node: string, until: number): Promise<boolean>;
  /**
   * With the fix's change, made from the fix as it is then, in one transaction; `moveOf` may be asked anew. False when it is no longer the node's: nothing
   * is written.
   */
  settle(
    attempt: Pick<FixAttempt, 'id' | 'node' | 'tries'>,
    result: AttemptResult,
    moveOf: (fix: Fix) => FixMove | null,
  ): Promise<boolean>;
  /** Claims that ran out, oldest first: their process ended within. */
  lost(at: number, limit: number): Promise<FixAttempt[]>;
}

/** What the store can tell of a fix's issue since it is deployed, and from before. */
export interface FixLook {
  /** Newest instant anything came from any source of the project; null: nothing ever did. */
  sourceHeardAt: number | null;
  /** Of the issue, on revisions without the fix, within the 7 days before; where there was none, in its life, at the pace that requests had in those days. */
  before: { incidents: number; requests: number | null; hours: number };
  /** Of the issue since, which say no revision; those from when one without the fix still ran do not count once that is silent. */
  nameless: { incidents: number; lastAt: number | null };
  /** Of each revision that holds the fix. */
  revisions: FixedRevision[];
}

export interface FixedRevision {
  name: string;
  firstSeen: number;
  incidents: number;
  firstIncidentAt: number | null;
  lastIncidentAt: number | null;
  /** Requests of the issue's route; null: nobody counts them. */
  requests: number | null;
  /** Newest instant anything came from the service on it; null: nothing did. */
  heardAt: number | null;
  /** The newest deployment of it went back: it was given up. */
  isTakenBack: boolean;
  /** New issues on it that blame the same place as the fix's. */
  lookAlikes: LookAlike[];
}

export interface FixLookRequest {
  issueId: string;
  projectId: number;
  service: string;
  /** `POST /api/orders`; null: it belongs to no request. */
  route: string | null;
  /** That hold the fix, oldest first. */
  revisions: readonly string[];
  /** Since when the fix is deployed. */
  since: number;
  now: number;
  /** ms without a word of a revision after which it no longer runs. */
  silentMs: number;
}

export interface FixEvidenceReader {
  look(request: FixLookRequest): Promise<FixLook>;
  /** Oldest instant of what came from the service and is not judged yet: it may hold an incident. Null: all is. */
  unjudgedSince(scope: { projectId: number; service: string }): Promise<number | null>;
  /** Every revision of the service. */
  revisions(scope: { projectId: number; service: string }): Promise<ServiceRevision[]>;
  /** Issues that may be handed off by themselves: unresolved, without a fix, seen since; newest first. */
  candidates(request: { seenSince: number; limit: number }): Promise<StoredIssue[]>;
}

export interface ServiceRevision {
  name: string;
  firstSeen: number;
  deployedAt: number | null;
  commit: string | null;
}

/** Runs the agents of the configuration. Resolves whatever happened; rejects only when the machine itself fails. */
export interface AgentRunner {
  run(request: AgentRequest): Promise<AgentRun>;
  /** Removes what runs that were cut off left behind; gives how many. */
  sweep(): Promise<number>;
}

export interface AgentRequest {
  attemptId: string;
  /** Name of one of the configuration. */
  command: string;
  shortId: string;
  /** Full hash it works on. */
  commit: string;
  fixId: string;
  /** A change becomes a branch of the repository; false: it is only shown. */
  keepsBranch: boolean;
  /** Of the commit; none of an event's words. */
  message: { subject: string; body: string };
  /** Standard input. */
  handOff: string;
  testCommand: string | null;
  signal: AbortSignal;
}

/** A forge, as a fix needs it. Rejects with `delivery_…` of the catalogue; `retryAfterMs` of the error is honoured by the attempt. */
export interface Forge {
  readonly kind: 'github';
  /** In the configured repository. The body carries `key`: one that is there already is found, and no second one made. */
  openIssue(request: IssueRequest): Promise<{ url: string; number: number }>;
  comment(request: {
    pullRequest: PullRequestRef;
    body: string;
    key: string;
    signal: AbortSignal;
  }): Promise<{ url: string }>;
  /** Pushes nothing: the branch must be there. Finds the one that is open for the branch instead of a second one. */
  openPullRequest(request: PullRequestRequest): Promise<{ url: string; pullRequest: PullRequestRef }>;
  pullRequest(pullRequest: PullRequestRef, signal: AbortSignal): Promise<PullRequestState>;
  /** `#12`, `owner/name#12` or the address of a pull request, if it is of the configured repository; else null. */
  toPullRequest(text: string): PullRequestRef | null;
}

export interface IssueRequest {
  title: string;
  body: string;
  key: string;
  signal: AbortSignal;
}

export interface PullRequestRequest {
  branch: string;
  title: string;
  body: string;
  signal: AbortSignal;
}

export interface PullRequestState {
  state: 'open' | 'merged' | 'closed';
  /** Full hash; null unless merged. */
  mergedCommit: string | null;
  mergedAt: number | null;
  url: string;
}

/** The history of the watched code, as verification asks it. */
export interface FixHistory {
  /** The commit a revision of the service stands for; null when nobody knows. */
  commitOf(revision: string): Promise<string | null>;
  /** Whether `commit` is `descendant` or one of its ancestors; null when one of them is unknown here. */
  contains(descendant: string, commit: string): Promise<boolean | null>;
  /** Allowed pushes only: the branch to the forge's remote. */
  push(branch: string): Promise<void>;
}

/** What an issue's hand-off is made of; made where the repository and the events can be read. */
export interface FixMaterial {
  handOff: HandOff;
  fixability: Fixability;
  /** What runs, and its commit; null: unknown, and no command can work on it. */
  revision: string | null;
  commit: string | null;
  /** On one line, without shell operators. */
  testCommand: string | null;
  /** Anybody may have sent its events (browsers): it is never handed off by itself. */
  isPublic: boolean;
  isNew: boolean;
}

export interface FixMaterials {
  /** `tokens`: what Markdown and JSON each stay within. Throws `not_found`. */
  of(issueId: string, tokens: number): Promise<FixMaterial>;
}

/** Mails of hand-offs. What is queued leaves through the outbox like every message. */
export interface FixMail {
  /** Answers by mail are read: the mail asks for one. */
  readsAnswers?: boolean;
  /** The same key is queued once. */
  queue(mail: { key: string; to: string; subject: string; text: string; handOff: HandOff }): Promise<void>;
}
