import { type Clock, type ModelMetrics, steadyNow } from '../../shared/index.ts';
import type { Attempt, ErrorType, Tokens } from '../analysis.ts';
import { BREAKER_LIMITS, type BreakerLimits, createBreaker, type Pass } from '../breaker/breaker.ts';
import type { ModelAlerts, ModelEntry, ModelError, ModelPort, Timer } from '../ports.ts';
import { askEntry, type EntryAnswer, type Link, skippedAttempt } from './ask-entry.ts';
import type { Completion, CompletionRequest, NotCompleted } from './completion.ts';
import { DATA_RULE, fenceData } from './fence-data.ts';
import { createProviderTally, type ProviderState } from './provider-state.ts';
import { redactAll } from './redact-all.ts';

export interface ChainLimits {
  /** ms for one entry, its repair turn within them. */
  attemptMs: number;
  /** ms for all entries together. */
  totalMs: number;
  /** Most that an answer may have, hidden reasoning included. */
  maxOutputTokens: number;
  breaker: BreakerLimits;
}

export const CHAIN_LIMITS: ChainLimits = {
  attemptMs: 30_000,
  totalMs: 60_000,
  maxOutputTokens: 4_000,
  breaker: BREAKER_LIMITS,
};

export interface ModelChainOptions {
  /** Asked in this order. Names differ; no vendor and model twice. */
  entries: readonly ModelEntry[];
  models: ModelPort;
  /** Nothing of others leaves without it. */
  redactor: { text(text: string): string };
  metrics: ModelMetrics;
  alerts: ModelAlerts;
  clock: Clock;
  timer: Timer;
  limits?: Partial<ChainLimits>;
}

/** The configured models as one: the first that gives a valid answer wins, each within its bounds, none that is known to fail is asked. */
export interface ModelChain {
  /** True: no entry is configured, nobody will answer. */
  readonly isEmpty: boolean;
  /** Vendor, model and address of the entries in order: part of what an answer depends on. */
  readonly identity: readonly string[];
  /** Names of the entries in order. */
  readonly names: readonly string[];
  /** Rejects with the reason of `signal` when the caller left, and only then. */
  complete<Value>(request: CompletionRequest<Value>): Promise<Completion<Value>>;
  states(): ProviderState[];
}

/** Errors that no waiting mends: somebody is told. */
const MISCONFIGURED: readonly ErrorType[] = ['auth', 'not_found', 'bad_request'];
/** Errors that are of this text, and say nothing of how the entry does. */
const OF_THE_TEXT: readonly ErrorType[] = ['refused', 'too_long'];
/** ms after which to come again when no breaker says it better. */
const COME_AGAIN = 5_000;

export function createModelChain(options: ModelChainOptions): ModelChain {
  const { entries, clock } = options;
  const limits = { ...CHAIN_LIMITS, ...options.limits };
  const links = entries.map(
    (entry): Link => ({
      entry,
      breaker: createBreaker({ clock, limits: limits.breaker }),
      tally: createProviderTally(entry, clock),
      isMisconfigured: false,
    }),
  );
  options.metrics.know(entries.map(({ name: provider, model }) => ({ provider, model })));
  return {
    isEmpty: links.length === 0,
    identity: entries.map(({ vendor, model, baseUrl }) => `${vendor} ${model} ${baseUrl ?? ''}`),
    names: entries.map(({ name }) => name),
    complete: (request) => walk({ ...options, links, limits }, request),
    states: () => links.map(({ tally, breaker }) => tally.view(breaker.view())),
  };
}

interface WalkOptions extends ModelChainOptions {
  links: readonly Link[];
  limits: ChainLimits;
}

/** What has been spent while the entries are asked one after the other. */
interface Ledger {
  attempts: Attempt[];
  tokens: Tokens;
  costUsd: number | null;
}

async function walk<Value>(options: WalkOptions, request: CompletionRequest<Value>): Promise<Completion<Value>> {
  const { clock, limits } = options;
  const links = inOrder(options.links, request.startWith);
  const deadline = steadyNow(clock) + limits.totalMs;
  const { prompt, sent } = write(request, options.redactor);
  const spent: Ledger = { attempts: [], tokens: { prompt: 0, completion: 0 }, costUsd: 0 };
  let error: NotCompleted['error'] = { type: 'unavailable', message: 'no provider is available' };
  for (const link of links) {
    request.signal?.throwIfAborted();
    if (steadyNow(clock) >= deadline) {
      spent.attempts.push(skippedAttempt(link.entry, 'timeout'));
      continue;
    }
    const pass = link.breaker.pass();
    if (pass === null) {
      spent.attempts.push(skippedAttempt(link.entry));
      continue;
    }
    const answer = await askLink({ options, request, link, pass, deadline, prompt, sent, spent });
    if (answer.kind === 'value') {
      const { name: provider, model } = link.entry;
      return { ok: true, value: answer.value, provider, model, isFallback: link !== links[0], ...spent };
    }
    if (answer.kind === 'over budget') {
      spent.attempts.push(skippedAttempt(link.entry));
      error = { type: 'over_budget', message: 'the budget does not cover another call' };
    } else {
      error = { type: answer.error.type, message: `${link.entry.name}: ${answer.error.message}`.slice(0, 200) };
    }
  }
  return { ok: false, error, retryAfterMs: comeAgainMs(links), ...spent };
}

function inOrder(links: readonly Link[], startWith: string | undefined): readonly Link[] {
  const first = links.find(({ entry }) => entry.name === startWith);
  return first === undefined ? links : [first, ...links.filter((link) => link !== first)];
}

/** The prompt as it goes out, and the foreign text within it. */
function write<Value>({ prompt }: CompletionRequest<Value>, redactor: ModelChainOptions['redactor']) {
  const sent: string[] = [];
  const parts = prompt.map((part) => {
    if ('text' in part) return part.text;
    const data = redactAll(part.data, redactor);
    sent.push(data);
    return fenceData(data, part.label);
  });
  return { prompt: parts.join('\n\n'), sent: sent.join('\n') };
}

async function askLink<Value>({
  options,
  request,
  link,
  pass,
  deadline,
  prompt,
  sent,
  spent,
}: {
  options: WalkOptions;
  request: CompletionRequest<Value>;
  link: Link;
  pass: Pass;
  deadline: number;
  prompt: string;
  sent: string;
  spent: Ledger;
}): Promise<EntryAnswer<Value>> {
  const { clock, limits, models, metrics, timer, alerts } = options;
  const since = steadyNow(clock);
  const end = Math.min(deadline, since + limits.attemptMs);
  let answer: EntryAnswer<Value>;
  try {
    answer = await askEntry({
      link,
      models,
      metrics,
      clock,
      timer,
      call: {
        system: `${request.system}\n\n${DATA_RULE}`,
        prompt,
        schema: request.schema,
        maxOutputTokens: request.maxOutputTokens ?? limits.maxOutputTokens,
      },
      validate: (value) => request.validate(value, sent),
      timeoutMs: () => end - steadyNow(clock),
      budget: request.budget,
      signal: request.signal,
      onCall: ({ attempt, tokens, costUsd }) => {
        spent.attempts.push(attempt);
        spent.tokens.prompt += tokens.prompt;
        spent.tokens.completion += tokens.completion;
        spent.costUsd = spent.costUsd === null || costUsd === null ? null : spent.costUsd + costUsd;
      },
    });
  } catch (left) {
    // The caller's own end is nobody's failure.
    pass.left();
    throw left;
  }
  judge({ answer, pass, isShortened: end - since < limits.attemptMs });
  tellOf({ answer, link, alerts });
  if (answer.kind !== 'over budget') {
    request.onEntry?.({
      provider: link.entry.name,
      outcome: answer.kind === 'value' ? 'success' : 'failure',
      errorType: answer.kind === 'error' ? answer.error.type : null,
      durationMs: steadyNow(clock) - since,
    });
  }
  return answer;
}

/** What the breaker learns of it. A time limit that others had used up already says nothing of this entry. */
function judge<Value>({
  answer,
  pass,
  isShortened,
}: {
  answer: EntryAnswer<Value>;
  pass: Pass;
  isShortened: boolean;
}): void {
  if (answer.kind === 'value') pass.succeeded();
  else if (answer.kind === 'over budget' || isNotItsFault(answer.error, isShortened)) pass.left();
  else pass.failed(answer.error.type === 'rate_limited' ? answer.error.retryAfterMs : null);
}

function isNotItsFault(error: ModelError, isShortened: boolean): boolean {
  const isOurLimit = error.type === 'timeout' && error.status === null;
  return OF_THE_TEXT.includes(error.type) || (isOurLimit && isShortened);
}

function tellOf<Value>({
  answer,
  link,
  alerts,
}: {
  answer: EntryAnswer<Value>;
  link: Link;
  alerts: ModelAlerts;
}): void {
  const { name: provider, model } = link.entry;
  if (answer.kind === 'value' && link.isMisconfigured) {
    link.isMisconfigured = false;
    alerts.recovered(provider);
  }
  if (answer.kind !== 'error' || !isMisconfiguration(answer.error)) return;
  link.isMisconfigured = true;
  const { type: errorType, status, message } = answer.error;
  alerts.misconfigured({ provider, model, errorType, status, message });
}

function isMisconfiguration(error: ModelError): error is ModelError & { type: 'auth' | 'not_found' | 'bad_request' } {
  return MISCONFIGURED.includes(error.type);
}

/** When all are open, until the first may be asked. */
function comeAgainMs(links: readonly Link[]): number {
  const open = links.map(({ breaker }) => breaker.view().openForMs);
  return open.length > 0 && open.every((ms) => ms > 0) ? Math.min(...open) : COME_AGAIN;
}
