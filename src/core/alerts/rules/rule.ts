import type { AlertSeverity, Damping } from '../alert.ts';

/** A condition that is watched, as it is configured. Spans are ms. */
export type Rule = MeasurementRule | TextRule | IssueRule | JobRule | EventRule | UsageRule | GuardianRule;

export interface RuleBase {
  /** Unique; lower-case letters, digits, `-` and `_`. */
  name: string;
  /** What its alerts are: TOO_DRY. Must be declared. */
  type: string;
  severity: AlertSeverity;
  damping: Damping;
  /**
   * What people read; null: made of the facts. `{subject}`, `{value}`, `{unit}`, `{threshold}`, `{label.NAME}` are filled in; what is not known reads
   * "unknown".
   */
  description: string | null;
  /** What to do. */
  advice: string | null;
  /** Null: of every project. */
  projectId: number | null;
}

/** Below 35, above 70, from 90 on (≥), up to 30 (≤). */
export interface Bound {
  is: 'below' | 'above' | 'from' | 'up-to';
  value: number;
}

/** A value and how bad it is. */
export interface Limits {
  /** Any of them makes it bad: two for "outside". */
  bad: readonly Bound[];
  /** All of them must hold before it is good again; none: it is good as soon as it is not bad. */
  clear: readonly Bound[];
  /** Where any of these holds, it is that severe; the gravest counts. */
  tiers: readonly (Bound & { severity: AlertSeverity })[];
}

/** Over the values that are posted. */
export interface MeasurementRule extends RuleBase {
  over: 'measurement';
  measurement: string;
  /** Only subjects of this kind, with these labels. */
  subjectKind: string | null;
  labels: Readonly<Record<string, string>>;
  /** A value that came in another unit is unknown to the rule; null: any unit. */
  unit: string | null;
  check:
    | ({ of: 'value' } & Limits)
    /** Against the oldest value of the time before: by how much, or by how many per cent of it. */
    | ({ of: 'change'; withinMs: number; as: 'difference' | 'percent' } & Limits)
    /** No value came for so long. */
    | { of: 'silence'; afterMs: number };
  examples: { match: readonly number[]; noMatch: readonly number[] };
}

/** Over the texts that are posted, clause by clause. A pattern is words (`humidif*` begins so) or `/a regular expression/`. */
export interface TextRule extends RuleBase {
  over: 'text';
  subjectKind: string | null;
  /** One of these in a clause matches. */
  any: readonly string[];
  /** Then one of these must stand near it; none: nothing more is needed. */
  context: readonly string[];
  contextReach: 'clause' | 'sentence' | 'text';
  /** One of these in the same clause: an ordinary reading, no match. */
  unless: readonly string[];
  /** One of these near it: it has been put right. Such a text, without another match, resolves what fires. */
  resolution: readonly string[];
  resolutionReach: 'clause' | 'next';
  /** Older texts (by their own time) raise nothing: old things are not news. Null: any age. */
  oldestMs: number | null;
  examples: { match: readonly string[]; noMatch: readonly string[] };
}

/** Over issues; each is a subject. */
export interface IssueRule extends RuleBase {
  over: 'issues';
  services: readonly string[];
  check:
    | ({ of: 'incidents' | 'events' | 'users'; withinMs: number } & Limits)
    /** It came back after it was resolved, and still is `regressed`. */
    | { of: 'regression' }
    /** First seen within this time. */
    | { of: 'opened'; withinMs: number };
}

/** Over jobs; each is a subject. */
export interface JobRule extends RuleBase {
  over: 'jobs';
  /** Ids; empty: all. */
  jobs: readonly string[];
  check: /** Runs in a row that ended as `error` or `timed_out`. */
    | ({ of: 'failures' } & Limits)
    /** ms of the newest run that did work; of one that still runs, so far. */
    | ({ of: 'duration' } & Limits)
    /** ms between a tick and the start of its run; so far, of one that has not started. */
    | ({ of: 'lateness' } & Limits)
    /** Never ran, so long after it was first seen. */
    | { of: 'never-ran'; afterMs: number }
    /** What the watchdog saw: a tick has no row, or none of its runs has begun since its first tick. */
    | { of: 'missed-tick' | 'not-begun' }
    /** Records that failed as a part of the records of the newest run: `{total: 1}` of `stats.clients`; 0 to 1. */
    | ({ of: 'record-errors'; per: string } & Limits);
}

/** Over the usage of the watched application; each service is a subject, of `errors-of-user` each user. */
export interface UsageRule extends RuleBase {
  over: 'usage';
  services: readonly string[];
  check:
    | ({ of: 'sessions' | 'users' | 'user-errors'; withinMs: number } & Limits)
    /** Errors as a part of the requests, in per cent; with fewer requests than `atLeast` it is good. */
    | ({ of: 'error-rate'; withinMs: number; atLeast: number } & Limits)
    /** So many errors of one user within the time, from the one that makes them so many until the time has passed without another. */
    | { of: 'errors-of-user'; withinMs: number; count: number };
}

/** Over the errors among the events of a service, by their own time; each service is a subject. */
export interface EventRule extends RuleBase {
  over: 'events';
  /** So many in a stretch of that length; what is critical is an error too. */
  check:
    | { of: 'errors' | 'criticals'; withinMs: number; atLeast: number }
    /** Any record of that time came without what its client should have sealed. */
    | { of: 'unsealed'; withinMs: number };
}

/** Over Guardian's own parts; each is a subject. */
export interface GuardianRule extends RuleBase {
  over: 'guardian';
  part: GuardianPart;
}

export type GuardianPart = 'channel' | 'delivery-worker' | 'run-log' | 'scheduler' | 'ingest' | 'source';
