import { type Clock, createHistogram, type LogHistogram } from '../../shared/index.ts';
import type { ErrorType, Tokens } from '../analysis.ts';
import type { BreakerView } from '../breaker/breaker.ts';
import type { ModelEntry, ModelPrice, Vendor } from '../ports.ts';

const HOUR = 3_600_000;
const HOURS = 24;

/** How one entry does, on this node. Spans in ms. */
export interface ProviderState {
  name: string;
  vendor: Vendor;
  model: string;
  price: ModelPrice | null;
  breaker: BreakerView;
  /** Epoch ms; null: no error since the start. */
  lastError: { type: ErrorType; message: string; at: number } | null;
  /** Of the last 24 hours: requests that were sent. */
  calls: number;
  failures: number;
  p95Ms: number | null;
  tokens: Tokens;
  /** USD; null: the price is not known. */
  costUsd: number | null;
}

export interface CallResult {
  durationMs: number;
  tokens: Tokens;
  costUsd: number | null;
  error: { type: ErrorType; message: string } | null;
}

interface Hour {
  hour: number;
  calls: number;
  failures: number;
  durations: LogHistogram;
  prompt: number;
  completion: number;
  costUsd: number;
}

/** Counts of an entry's requests, by hour: 24 small rows however many requests there are. */
export function createProviderTally(entry: ModelEntry, clock: Clock) {
  const hours: Hour[] = [];
  let lastError: ProviderState['lastError'] = null;

  const current = (): Hour => {
    const hour = Math.floor(clock.now() / HOUR);
    const last = hours.at(-1);
    if (last?.hour === hour) return last;
    const made = { hour, calls: 0, failures: 0, durations: createHistogram(), prompt: 0, completion: 0, costUsd: 0 };
    hours.push(made);
    if (hours.length > HOURS) hours.shift();
    return made;
  };

  return {
    add({ durationMs, tokens, costUsd, error }: CallResult): void {
      const hour = current();
      hour.calls++;
      hour.durations.add(durationMs);
      hour.prompt += tokens.prompt;
      hour.completion += tokens.completion;
      hour.costUsd += costUsd ?? 0;
      if (error === null) return;
      hour.failures++;
      lastError = { ...error, at: clock.now() };
    },
    view(breaker: BreakerView): ProviderState {
      const since = Math.floor(clock.now() / HOUR) - HOURS;
      const day = hours.filter(({ hour }) => hour > since);
      const durations = createHistogram();
      for (const hour of day) durations.merge(hour.durations);
      const sum = (of: (hour: Hour) => number) => day.reduce((total, hour) => total + of(hour), 0);
      return {
        name: entry.name,
        vendor: entry.vendor,
        model: entry.model,
        price: entry.price,
        breaker,
        lastError,
        calls: sum(({ calls }) => calls),
        failures: sum(({ failures }) => failures),
        p95Ms: durations.quantile(0.95),
        tokens: { prompt: sum(({ prompt }) => prompt), completion: sum(({ completion }) => completion) },
        costUsd: entry.price === null ? null : sum(({ costUsd }) => costUsd),
      };
    },
  };
}

export type ProviderTally = ReturnType<typeof createProviderTally>;
