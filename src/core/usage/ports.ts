import type { TimelineWindow, UsageTimeline, UserDetail, UserPage, UsersRequest } from './pages.ts';
import type { ErasedRows, PersonalRow, PersonalTable } from './people.ts';
import type { UsageParts, UsageWindow } from './summary.ts';
import type { UsageFact } from './usage-fact.ts';

export type * from './pages.ts';
export type * from './people.ts';
export type { FormedSession, SessionFacts, SessionMark } from './sessions.ts';
export type { UsageParts, UsageWindow } from './summary.ts';
export type { ErrorFact, RefusedFact, RequestFact, UsageFact, Who } from './usage-fact.ts';

/** A fact that waits, with what only the store knows of it. */
export interface WaitingFact {
  projectId: number;
  fact: UsageFact;
}

export interface FoldRequest {
  limit: number;
  at: number;
  timeoutMs: number;
  /** Whether facts of this name and instant are not taken, by who is erased when they are folded; left out: all are taken. */
  isRefused?(user: string, at: number, erased: ErasedNames): boolean;
}

/** Keyed hash of a name → when it was erased. */
export type ErasedNames = ReadonlyMap<string, number>;

/** Facts become rows, sessions and counts. */
export interface UsageFolder {
  /**
   * Takes up to `limit` waiting facts, oldest first, and in ONE transaction makes their rows, adds them to the counts, forms the sessions
   * they touch, and takes them off the queue: whatever was doubled, shuffled or killed in between, each counts once. Gives how many
   * were taken (0: none waits) and how many of them had been there before.
   */
  fold(request: FoldRequest): Promise<{ taken: number; repeats: number; refused: number }>;
  /** Ends sessions whose time-out is over; gives how many. */
  closeSessions(request: { at: number; timeoutMs: number }): Promise<number>;
  /** Facts that wait. */
  waiting(): Promise<number>;
}

/** What summaries are made of. */
export interface UsageReader {
  parts(window: UsageWindow): Promise<UsageParts>;
}

/** What pages show. */
export interface UsagePages {
  timeline(window: TimelineWindow): Promise<UsageTimeline>;
  users(request: UsersRequest): Promise<UserPage>;
  /** Null: nothing of this user lies within the window. `names`: what they are kept under. */
  user(request: { names: readonly string[]; from: number; to: number }): Promise<UserDetail | null>;
}

/** What alerts and the doctor ask. */
export interface UsageSignals {
  /** Anonymous 401 and 404 are in neither number: scanners are nobody's failure. Exact to the millisecond. */
  errorRate(window: UsageWindow): Promise<{ requests: number; errors: number }>;
  /**
   * Users with at least so many errors in some `withinMs` of the window, most first. `reachedAt`: the first error that made them so many;
   * `stillAt`: the newest that found as many before it; `errors`: in the stretch that ends with that one.
   */
  usersWithErrors(request: { from: number; to: number; atLeast: number; withinMs: number }): Promise<
    {
      user: string;
      errors: number;
      reachedAt: number;
      stillAt: number;
      lastAt: number;
      projectId: number;
      service: string;
      endpoint: string;
    }[]
  >;
  /** Sessions that touch the window. */
  sessions(window: UsageWindow): Promise<number>;
  /** Of each service: its newest record. */
  lastRecords(): Promise<{ projectId: number; service: string; at: number }[]>;
}

/** What is kept of one person; `names` are all that stand for them. */
export interface PersonalStore {
  /** Up to `limit` rows after this one (in the order of their ids), and where to go on; null: that was all. */
  rowsOf(request: {
    table: PersonalTable;
    names: readonly string[];
    after: string | null;
    limit: number;
  }): Promise<{ rows: PersonalRow[]; next: string | null }>;
  /** Other names that a session which outlived a salt joins to these. */
  aliasesOf(names: readonly string[]): Promise<string[]>;
  /**
   * Takes the person out of everything that is stored: their rows, and their name wherever else it stands. What was counted stays counted, as
   * anonymous. Records of `hashes` (keyed hashes of the names) are refused from then on.
   */
  erase(request: { names: readonly string[]; hashes: readonly string[]; at: number }): Promise<ErasedRows>;
  /** Searches what is stored for the names; gives places where one was found. */
  traces(names: readonly string[]): Promise<string[]>;
  erased(): Promise<ErasedNames>;
}

/** Summaries as they were reported; JSON of the contract. */
export interface UsageReportStore {
  /**
   * One of each window: a newer one takes its place. `told` becomes an outbox row `usage-reported` in the same transaction, for a window
   * that is new; null: nobody is told. True: the window is new.
   */
  save(
    report: { from: number; to: number; at: number; json: string },
    told: Record<string, unknown> | null,
  ): Promise<boolean>;
  newest(): Promise<{ from: number; to: number; at: number; json: string } | null>;
  /** Those whose window ended before. */
  forget(before: number): Promise<number>;
}

/** Errors of users, and the issues that their requests belong to. */
export interface UsageLinks {
  /** Whether there are errors since then that name a request and no issue. */
  hasUnlinked(since: number): Promise<boolean>;
  /** Newest first. */
  incidentsSince(
    since: number,
    limit: number,
  ): Promise<{ id: string; issueId: string; projectId: number; traceId: string | null; eventSeq: number }[]>;
  /** Errors of these requests since then belong to the issue; gives how many. What is linked stays. */
  link(request: { issueId: string; projectId: number; requestIds: readonly string[]; since: number }): Promise<number>;
}

/** Salts of pseudonyms, where no backup takes them. Several processes agree. */
export interface SaltVault {
  /** The salt of this period, made if it is not there; the one of the period before, if it still is; every other is destroyed. */
  renew(request: { period: string; before: string }): Promise<{ current: Uint8Array; before: Uint8Array | null }>;
}

export interface UsageRetentionKnobs {
  /** feature_usage, user_sessions, usage_mark, usage_sender, usage_gap, and counts by user. */
  rowDays: number;
  /** user_errors. */
  errorDays: number;
  minuteDays: number;
  hourDays: number;
}

/** Counts of days stay for ever. */
export interface UsageRetention {
  /** Deletes at most `limit` rows, and gives how many; 0: nothing is over its time. */
  forgetUsage(request: { now: number; knobs: UsageRetentionKnobs; limit: number }): Promise<number>;
}
