import type { Sentence } from '../shared/index.ts';
import type { Alert, AlertChange, AlertSeverity, LookState, Observation } from './alert.ts';

/** A row for whoever cares, in the transaction of the change. `kind`: alert-fired, alert-resolved, alert-escalated, alert-repeated, alert-changed. */
export interface AlertOutboxEntry {
  kind: string;
  projectId: number | null;
  subjectId: string;
  payload: Record<string, unknown> | null;
}

/** What is decided of one key. Null: that row stays as it is (a look that is not there stays away). */
export interface AlertWrite {
  /** A new one has `number` 0: the store gives it the next. */
  alert: Alert | null;
  look: LookState | null;
  changes: readonly AlertChange[];
  outbox: readonly AlertOutboxEntry[];
}

export interface AlertStore {
  /**
   * Reads the rows of the keys for update, and writes what is decided, in one transaction: two deciders of one key never act on the same row. `decide` is
   * asked once for each observation in the order given (again for all of them when the transaction is begun anew); a key that comes twice is given what
   * was decided for it before. Gives the alerts that were written, each once, as they are now.
   */
  observe(observations: readonly Observation[], decide: DecideObservation): Promise<Alert[]>;
  /** `observe`, and keeps what was posted, in the same transaction: nothing counts as seen that was not decided on. */
  post(posted: Posted, observations: readonly Observation[], decide: DecideObservation): Promise<PostOutcome>;
  /** The same by alert id. Gives all that are there, as they are now, changed or not. */
  change(ids: readonly string[], decide: (alert: Alert) => AlertWrite): Promise<Alert[]>;
  /** Alerts whose `nextSendAt` has come, oldest first. */
  due(at: number, limit: number): Promise<Alert[]>;
}

export type DecideObservation = (observation: Observation, alert: Alert | null, look: LookState | null) => AlertWrite;

/** What came from outside, to be kept beside what it means. */
export interface Posted {
  /** Idempotent by (project, name, subject, at). */
  measurements: readonly Measurement[];
  /** Idempotent by (project, id); `types` add up. */
  texts: readonly PostedText[];
}

export interface PostOutcome {
  /** Written, as they are now. */
  alerts: Alert[];
  newMeasurements: number;
  newTexts: number;
}

export interface AlertFilter {
  states?: readonly Alert['state'][];
  severities?: readonly AlertSeverity[];
  types?: readonly string[];
  rules?: readonly string[];
  subject?: string;
  projectId?: number | null;
  isArchived?: boolean;
  /** By `lastSeen`, half-open. */
  from?: number;
  to?: number;
  text?: string;
}

export interface AlertReader {
  get(id: string): Promise<Alert | null>;
  /** Firing first, then acknowledged, then resolved; each newest first. */
  list(
    filter: AlertFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<{ items: Alert[]; nextCursor: string | null }>;
  /** True totals of all that match. */
  counts(filter: AlertFilter): Promise<Record<Alert['state'], number>>;
  /** Oldest first. */
  changes(alertId: string): Promise<AlertChange[]>;
  forget(request: { resolvedBefore: number; limit: number }): Promise<number>;
}

/** One value of one series, as it was posted. */
export interface Measurement {
  projectId: number;
  name: string;
  subject: Alert['subject'];
  at: number;
  /** Null: could not be measured. */
  value: number | null;
  unit: string | null;
}

export interface MeasurementStore {
  /** Idempotent by (project, name, subject, at); gives those that are new. */
  add(measurements: readonly Measurement[]): Promise<Measurement[]>;
  /** The newest of each series of that name. */
  latest(name: string): Promise<Measurement[]>;
  /** Of one series, oldest first. */
  series(query: {
    projectId: number;
    name: string;
    subjectId: string;
    from: number;
    to: number;
    limit: number;
  }): Promise<Measurement[]>;
}

export interface PostedText {
  projectId: number;
  id: string;
  at: number;
  content: string;
  subject: Alert['subject'];
  /** It was looked at for these. */
  types: readonly string[];
}

/** Texts that were looked at: (text id, type) comes once. */
export interface TextStore {
  /** True: the text is new. `types` of a known one add up. */
  add(text: PostedText): Promise<boolean>;
  /** The types each text was looked at for, by text id; texts that are not known are left out. */
  looked(projectId: number, ids: readonly string[]): Promise<Map<string, string[]>>;
}

export * from './alert.ts';

/** Guardian's own parts, as they say of themselves. */
export interface PartReader {
  /** All parts of that kind; throws when it cannot be known. */
  parts(kind: string): Promise<PartState[]>;
}

export interface PartState {
  id: string;
  name: string;
  /** Null: it could not be seen. */
  isWorking: boolean | null;
  /** Why it does not: others' words verbatim, ours for whoever reads them. */
  reason: Sentence | null;
}

/** Usage of the watched application, as rules look at it. */
export interface UsageReader {
  /** Of each service with any, within [from, to). */
  usage(query: {
    of: 'sessions' | 'users' | 'user-errors';
    from: number;
    to: number;
    projectId: number | null;
  }): Promise<{ service: string; projectId: number | null; value: number }[]>;
  /** Requests and errors of each service with any, without the anonymous 401 and 404 that scanners get. */
  errorRates(query: {
    from: number;
    to: number;
  }): Promise<{ service: string; projectId: number | null; requests: number; errors: number }[]>;
  /** Users with at least so many errors in some `withinMs` of [from, to); `reachedAt`: the first error that completed such a stretch, `stillAt`: the newest. */
  usersWithErrors(query: { from: number; to: number; atLeast: number; withinMs: number }): Promise<
    {
      user: string;
      errors: number;
      reachedAt: number;
      stillAt: number;
      lastAt: number;
      projectId: number | null;
      service: string;
      endpoint: string;
    }[]
  >;
}

/** Errors of one service at one instant of event time. */
export interface ErrorCount {
  projectId: number;
  service: string;
  /** Epoch ms. */
  at: number;
  errors: number;
  /** Those of them that are critical or worse. */
  criticals: number;
  /** When the newest of them came. */
  seenAt: number;
}

/** Errors among the events, kept for an hour after they came. */
export interface ErrorReader {
  /** Of every service that has some since `from` (event time), or that came since `seenFrom`: these, and those `withinMs` around what came. */
  errors(query: { from: number; seenFrom: number; withinMs: number }): Promise<ErrorCount[]>;
  /** Records that came without what their client should have sealed, in the minutes since `from`; newest first. */
  unsealed(query: { from: number }): Promise<UnsealedCount[]>;
}

/** Of one service, reason and minute. */
export interface UnsealedCount {
  projectId: number;
  service: string;
  /** As the client says it: `no-key`, `too-large`, `unsealable`. */
  reason: string;
  count: number;
  /** Epoch ms of the minute's beginning. */
  at: number;
}
