import type { Bound } from './rules/rule.ts';

/** The sentences of alerts, in the language of the installation: the catalogue's `alerts`. */
export interface AlertWords {
  unknown: string;
  number(value: number): string;
  bound(is: Bound['is'], value: string): string;
  /** Between several bounds, any of which is too much. */
  or: string;
  measured(about: { measurement: string; subject: string; value: string; threshold: string }): string;
  changed(about: { measurement: string; subject: string; change: string; within: string; threshold: string }): string;
  silent(about: { measurement: string; subject: string; since: string; after: string }): string;
  unmeasured(about: { measurement: string; subject: string }): string;
  otherUnit(about: { measurement: string; subject: string; unit: string; expected: string }): string;
  noReference(about: { measurement: string; subject: string; within: string }): string;
  written(about: { subject: string; clause: string }): string;
  putRight(about: { subject: string; clause: string }): string;
  issueCount(about: { of: 'incidents' | 'events' | 'users'; title: string; value: string; within: string }): string;
  issueRegressed(title: string): string;
  issueOpened(title: string): string;
  errorRate(about: {
    service: string;
    value: string;
    errors: number;
    requests: number;
    within: string;
    threshold: string;
  }): string;
  errorsOfUser(about: { user: string; errors: number; within: string; service: string; endpoint: string }): string;
  errorsOfService(about: {
    service: string;
    value: string;
    of: 'errors' | 'criticals';
    within: string;
    /** Of a stretch that is over: they came late. */
    isLate: boolean;
  }): string;
  /** `reasons` as the client says them: `no-key` … */
  unsealed(about: { service: string; value: string; within: string; reasons: readonly string[] }): string;
  unsealedAdvice: string;
  jobFailures(about: { job: string; value: string; error: string | null }): string;
  jobDuration(about: { job: string; value: string; isRunning: boolean }): string;
  jobLateness(about: { job: string; value: string; hasStarted: boolean }): string;
  jobUnknown(job: string): string;
  jobNeverRan(about: { job: string; since: string }): string;
  /** `isMore`: only so many are counted. */
  jobMissedTicks(about: { job: string; count: number; isMore: boolean; since: string }): string;
  jobNotBegun(about: { job: string; since: string }): string;
  jobWatchAdvice: string;
  jobRecordErrors(about: { job: string; total: string; of: string; first: string | null }): string;
  partFails(about: { part: string; subject: string; reason: string | null }): string;
  partUnknown(about: { part: string; subject: string }): string;
  cannotLook(about: { rule: string; subjects: string[]; more: number; reason: string | null }): string;
  cannotLookAdvice: string;
  /** A span: "5 min", "2 h 30 min". */
  span(ms: number): string;
  /** What stands on an alert about when it is told next. `until`: the instant as people read it. */
  nextSend: {
    nothing: string;
    repeat(until: string): string;
    escalate(until: string, step: number): string;
    lapse(until: string, by: string): string;
  };
}
