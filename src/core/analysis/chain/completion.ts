import type { Attempt, ErrorType, Tokens } from '../analysis.ts';
import type { Validated } from '../answer/validated.ts';
import type { Budget } from './budget.ts';
import type { PromptPart } from './fence-data.ts';

/** A question to whoever answers first, in a form that is validated. */
export interface CompletionRequest<Value> {
  /** Guardian's own words: who the model is and what it shall do. The rule about data is added. */
  system: string;
  prompt: readonly PromptPart[];
  /** JSON Schema of the answer: every object closed, every property required, as the strictest vendor wants it. */
  schema: { name: string; json: Readonly<Record<string, unknown>> };
  /** What is wrong is told to the model once. `sent` is the foreign text as it went out, redacted. */
  validate(value: unknown, sent: string): Validated<Value>;
  /** Name of the entry asked first; the others follow in their order. */
  startWith?: string;
  /** Each call's highest cost is reserved in it before it is sent. */
  budget?: Budget;
  maxOutputTokens?: number;
  /** When it is aborted the call ends with its reason, and nobody else is asked. */
  signal?: AbortSignal;
  /** Once for each entry that was asked, repair turn and all. */
  onEntry?(result: EntryResult): void;
}

export interface EntryResult {
  provider: string;
  outcome: 'success' | 'failure';
  errorType: ErrorType | null;
  durationMs: number;
}

interface Spent {
  /** In the order they were made; skipped ones too. */
  attempts: Attempt[];
  /** Of all calls together. */
  tokens: Tokens;
  /** USD; null: one of the calls has no known price. */
  costUsd: number | null;
}

export interface Completed<Value> extends Spent {
  ok: true;
  value: Value;
  /** Name of the entry that answered. */
  provider: string;
  model: string;
  /** True: another than the first asked for. */
  isFallback: boolean;
}

export interface NotCompleted extends Spent {
  ok: false;
  /** Of the last call that failed; `unavailable`: nothing was sent. Message at most 200 characters. */
  error: { type: ErrorType | 'unavailable' | 'over_budget'; message: string };
  /** ms until an entry may be asked again. */
  retryAfterMs: number;
}

export type Completion<Value> = Completed<Value> | NotCompleted;
