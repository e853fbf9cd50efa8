/**
 * One thing that a sender said about usage, as it is kept until it is folded into the tables: read and bounded, its identity already a
 * pseudonym where that is asked for. Instants are epoch ms; what is not known is null.
 */
export type UsageFact = RequestFact | ActivityFact | MarkFact | ErrorFact | SenderFact | RefusedFact;

interface FactBase {
  /** Made by the sender; the same fact twice is one row. */
  id: string;
  at: number;
  service: string;
  sender: string | null;
  /** From 1 for each sender. */
  sequence: number | null;
  revision: string | null;
}

export interface Who {
  /** E-mail, the application's own id, or a pseudonym. */
  user: string;
  /** The same person under the salt before, in pseudonymous mode: a session that is alive goes on under it. */
  userBefore: string | null;
  /** What tells clients of one user apart. */
  client: string;
  /** A family (`firefox`), never the header. */
  userAgent: string | null;
  /** Cut. */
  ip: string | null;
}

export interface RequestFact extends FactBase {
  kind: 'request';
  who: Who | null;
  durationMs: number;
  method: string;
  endpoint: string;
  feature: string;
  group: string;
  status: number;
  requestId: string | null;
  /** `counted`: an error without a row of its own. Null: it is none. */
  error: FactError | 'counted' | null;
  /** It is one of several that the sender left out (sampled spans): counts are estimates. */
  isSampled: boolean;
}

export interface FactError {
  type: string;
  message: string;
  stack: string | null;
}

export interface ActivityFact extends FactBase {
  kind: 'activity';
  who: Who;
  until: number;
}

export interface MarkFact extends FactBase {
  kind: 'login' | 'logout';
  who: Who;
}

export interface ErrorFact extends FactBase {
  kind: 'error';
  who: Who | null;
  endpoint: string;
  method: string;
  code: number;
  error: FactError;
  requestId: string | null;
}

export interface SenderFact extends FactBase {
  kind: 'sequence';
  state: 'start' | 'running' | 'stop';
  counters: Record<string, number>;
}

/** Numbers of a sender whose records came and were not taken: nothing is kept of them, and nobody is to take them for lost. */
export interface RefusedFact extends FactBase {
  kind: 'refused';
  sender: string;
  sequence: null;
  /** First and last of each run. */
  numbers: readonly (readonly [first: number, last: number])[];
}

/** The client went away before the answer ended: told in feature_usage, an error of nobody. */
export const CLIENT_CLOSED_REQUEST = 499;

/** Of one endpoint, so many errors of nobody in particular have rows of their own; the others are counted. */
export const ANONYMOUS_ERRORS_PER_MINUTE = 60;

/** Whether an answer of this status is a user's error. */
export function isUserError(status: number): boolean {
  return status >= 400 && status !== CLIENT_CLOSED_REQUEST;
}
