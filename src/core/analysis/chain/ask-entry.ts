import type { Clock, ModelMetrics } from '../../shared/index.ts';
import type { Attempt, ErrorType, Tokens } from '../analysis.ts';
import { readJson } from '../answer/read-json.ts';
import { repairPrompt, type Validated } from '../answer/validated.ts';
import type { Breaker } from '../breaker/breaker.ts';
import { type ModelCall, type ModelEntry, ModelError, type ModelPort, type ModelTurn, type Timer } from '../ports.ts';
import { type Asked, askOnce } from './ask-once.ts';
import { type Budget, costOf, highestCost, type Reservation } from './budget.ts';
import type { ProviderTally } from './provider-state.ts';

/** One entry as the chain knows it. */
export interface Link {
  entry: ModelEntry;
  breaker: Breaker;
  tally: ProviderTally;
  /** It was told that key, model or request are wrong, and has not answered since. */
  isMisconfigured: boolean;
}

export interface AskEntryOptions<Value> {
  link: Link;
  models: ModelPort;
  metrics: ModelMetrics;
  clock: Clock;
  timer: Timer;
  call: Omit<ModelCall, 'signal' | 'entry' | 'turns'> & { prompt: string };
  validate(value: unknown): Validated<Value>;
  /** ms left for this entry; the repair turn shares them. */
  timeoutMs(): number;
  budget: Budget | undefined;
  signal: AbortSignal | undefined;
  /** Told at once, so that nothing is lost where a later call throws. */
  onCall(call: { attempt: Attempt; tokens: Tokens; costUsd: number | null }): void;
}

export type EntryAnswer<Value> =
  | { kind: 'value'; value: Value }
  | { kind: 'error'; error: ModelError }
  /** The budget does not cover the call: nothing was sent. */
  | { kind: 'over budget' };

/** Longest answer that is shown to the model again for its repair. */
const REPAIRED_CHARACTERS = 8_000;

/** Asks one entry; when what it says is not valid, once more with the faults named. */
export async function askEntry<Value>(options: AskEntryOptions<Value>): Promise<EntryAnswer<Value>> {
  const first: ModelTurn = { role: 'user', text: options.call.prompt };
  const asked = await askTurns(options, [first]);
  if (asked.kind !== 'invalid') return asked;
  const { answer, faults } = asked;
  // Nothing was said: there is nothing to repair.
  if (answer.trim() === '') return { kind: 'error', error: new ModelError('invalid_output', 'the answer is empty') };
  const again = await askTurns(options, [
    first,
    { role: 'assistant', text: answer.slice(0, REPAIRED_CHARACTERS) },
    { role: 'user', text: repairPrompt(faults) },
  ]);
  if (again.kind === 'invalid') return { kind: 'error', error: invalid(again.faults) };
  // What it cost stands in the attempts: the first answer is what the entry is judged by.
  return again.kind === 'over budget' ? { kind: 'error', error: invalid(faults) } : again;
}

type TurnsAnswer<Value> = EntryAnswer<Value> | { kind: 'invalid'; answer: string; faults: string[] };

async function askTurns<Value>(options: AskEntryOptions<Value>, turns: ModelTurn[]): Promise<TurnsAnswer<Value>> {
  const { link, call, models, clock, timer, signal } = options;
  const timeoutMs = options.timeoutMs();
  if (timeoutMs <= 0) return { kind: 'error', error: new ModelError('timeout', 'no time was left for the repair') };
  const reservation = reserve(options, turns);
  if (reservation === null) return { kind: 'over budget' };
  const { system, schema, maxOutputTokens } = call;
  let asked: Asked;
  try {
    const sent = { entry: link.entry, system, turns, schema, maxOutputTokens };
    asked = await askOnce({ models, clock, timer, call: sent, timeoutMs, signal });
  } catch (left) {
    reservation?.settle(null);
    throw left;
  }
  const validated = asked.reply === null ? null : validate(asked.reply.text, options);
  const error = asked.error ?? (validated !== null && 'faults' in validated ? invalid(validated.faults) : null);
  record(options, asked, error, reservation);
  if (validated === null) return { kind: 'error', error: error! };
  if ('value' in validated) return { kind: 'value', value: validated.value };
  return { kind: 'invalid', answer: asked.reply!.text, faults: validated.faults };
}

function validate<Value>(answer: string, options: AskEntryOptions<Value>): Validated<Value> {
  const value = readJson(answer);
  return value === undefined ? { faults: ['the answer is no JSON, or is cut off'] } : options.validate(value);
}

function invalid(faults: readonly string[]): ModelError {
  return new ModelError('invalid_output', faults.join('; ').slice(0, 500), { status: 200 });
}

/** Undefined: nothing is bounded. Null: it does not fit. */
function reserve<Value>(
  { budget, link, call }: AskEntryOptions<Value>,
  turns: readonly ModelTurn[],
): Reservation | null | undefined {
  if (budget === undefined) return undefined;
  const sent = [call.system, JSON.stringify(call.schema.json), ...turns.map(({ text }) => text)];
  const bytes = sent.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return budget.reserve(highestCost(link.entry, bytes, call.maxOutputTokens));
}

function record<Value>(
  { link, metrics, onCall }: AskEntryOptions<Value>,
  asked: Asked,
  error: ModelError | null,
  reservation: Reservation | undefined,
): void {
  const { name: provider, model, price } = link.entry;
  const tokens = asked.tokens ?? { prompt: 0, completion: 0 };
  const costUsd = costOf(price, tokens);
  reservation?.settle(asked.tokens === null ? null : { tokens: tokens.prompt + tokens.completion, costUsd });
  metrics.request(provider, model, {
    promptTokens: tokens.prompt,
    completionTokens: tokens.completion,
    costUsd: costUsd ?? 0,
    seconds: asked.durationMs / 1000,
  });
  link.tally.add({
    durationMs: asked.durationMs,
    tokens,
    costUsd,
    error: error === null ? null : { type: error.type, message: error.message },
  });
  const attempt = attemptOf(link.entry, { error, durationMs: asked.durationMs });
  onCall({ attempt, tokens, costUsd });
}

function attemptOf(
  { name: provider, model }: ModelEntry,
  { error, durationMs }: { error: ModelError | null; durationMs: number },
): Attempt {
  return {
    provider,
    model,
    outcome: error === null ? 'success' : 'failure',
    errorType: error?.type ?? null,
    status: error === null ? 200 : error.status,
    durationMs,
  };
}

/** An entry that was not asked, and why if that has a name. */
export function skippedAttempt({ name: provider, model }: ModelEntry, errorType: ErrorType | null = null): Attempt {
  return { provider, model, outcome: 'skipped', errorType, status: null, durationMs: 0 };
}
