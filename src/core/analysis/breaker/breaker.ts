import { type Clock, steadyNow } from '../../shared/index.ts';

/** How long an entry that fails is left alone. Spans in ms. */
export interface BreakerLimits {
  failuresInARow: number;
  /** More than this share of at least `calls` calls in `windowMs`. */
  failedShare: number;
  calls: number;
  windowMs: number;
  openMs: number;
  /** Doubling ends here. */
  longestOpenMs: number;
  /** The longest `Retry-After` that is believed. */
  longestRetryAfterMs: number;
}

export const BREAKER_LIMITS: BreakerLimits = {
  failuresInARow: 3,
  failedShare: 0.5,
  calls: 10,
  windowMs: 60_000,
  openMs: 30_000,
  longestOpenMs: 300_000,
  longestRetryAfterMs: 24 * 3_600_000,
};

/** Leave to make one call. Exactly one of its functions is called once. */
export interface Pass {
  succeeded(): void;
  /** `retryAfterMs`: what a 429 asked for; null: nothing. */
  failed(retryAfterMs: number | null): void;
  /** The call ended for a reason that is not the entry's: the caller left, the text was too long. It counts neither way. */
  left(): void;
}

export interface BreakerView {
  state: 'closed' | 'open' | 'half-open';
  failuresInARow: number;
  /** ms from now; 0 unless open. */
  openForMs: number;
}

/**
 * One entry's breaker. Closed: calls pass. It opens after so many failures in a row, when too large a share of a minute's calls failed,
 * or at once on a 429 that says when to come again; then nothing passes until its deadline, which may only move to later. After it, half
 * open: one call passes as probe, the others do not; its success closes the breaker, its failure opens it for twice as long.
 *
 * A call that passed before the breaker opened does not change it afterwards, but may move the deadline to later.
 */
export interface Breaker {
  /** Null: no call now. */
  pass(): Pass | null;
  view(): BreakerView;
}

export function createBreaker({ clock, limits = BREAKER_LIMITS }: { clock: Clock; limits?: BreakerLimits }): Breaker {
  let inARow = 0;
  let openUntil: number | null = null;
  /** Openings since it was last closed: the exponent of the doubling. */
  let openings = 0;
  let isProbing = false;
  /** Counts up with each change of state: a call knows by it whether it is of another time. */
  let era = 0;
  const recent = createRecentCalls(limits.windowMs);

  const open = (retryAfterMs: number | null): void => {
    const now = steadyNow(clock);
    const span = Math.min(limits.longestOpenMs, limits.openMs * 2 ** Math.min(openings, 30));
    openUntil = Math.max(now + span, openUntil ?? 0, now + bounded(retryAfterMs));
    openings++;
    era++;
    isProbing = false;
    inARow = 0;
    recent.clear();
  };
  const close = (): void => {
    openUntil = null;
    openings = 0;
    era++;
    isProbing = false;
    inARow = 0;
    recent.clear();
  };
  const bounded = (retryAfterMs: number | null) => Math.min(retryAfterMs ?? 0, limits.longestRetryAfterMs);

  const failedClosed = (retryAfterMs: number | null): void => {
    const now = steadyNow(clock);
    inARow++;
    recent.add(now, false);
    const { calls, failures } = recent.counts(now);
    const isShareTooLarge = calls >= limits.calls && failures / calls > limits.failedShare;
    if (retryAfterMs !== null || inARow >= limits.failuresInARow || isShareTooLarge) open(retryAfterMs);
  };

  const ordinary = (): Pass => {
    const mine = era;
    return {
      succeeded() {
        if (mine !== era) return;
        inARow = 0;
        recent.add(steadyNow(clock), true);
      },
      failed(retryAfterMs) {
        if (mine === era) failedClosed(retryAfterMs);
        else if (openUntil !== null) openUntil = Math.max(openUntil, steadyNow(clock) + bounded(retryAfterMs));
      },
      left() {},
    };
  };
  const probe = (): Pass => {
    const mine = era;
    isProbing = true;
    return {
      succeeded() {
        if (mine === era) close();
      },
      failed(retryAfterMs) {
        if (mine === era) open(retryAfterMs);
      },
      left() {
        if (mine === era) isProbing = false;
      },
    };
  };

  return {
    pass() {
      if (openUntil === null) return ordinary();
      if (steadyNow(clock) < openUntil || isProbing) return null;
      return probe();
    },
    view() {
      const openForMs = openUntil === null ? 0 : Math.max(0, openUntil - steadyNow(clock));
      const state = openUntil === null ? 'closed' : openForMs > 0 ? 'open' : 'half-open';
      return { state, failuresInARow: inARow, openForMs };
    },
  };
}

const SLICES = 60;

/** Calls of the last window, counted in slices of it: the same few numbers however many calls there are. */
function createRecentCalls(windowMs: number) {
  const sliceMs = windowMs / SLICES;
  const slices: { index: number; calls: number; failures: number }[] = [];
  return {
    add(now: number, isSuccess: boolean): void {
      const index = Math.floor(now / sliceMs);
      let slice = slices.at(-1);
      if (slice?.index !== index) {
        slice = { index, calls: 0, failures: 0 };
        slices.push(slice);
        if (slices.length > SLICES) slices.shift();
      }
      slice.calls++;
      if (!isSuccess) slice.failures++;
    },
    counts(now: number): { calls: number; failures: number } {
      const oldest = Math.floor(now / sliceMs) - SLICES;
      let calls = 0;
      let failures = 0;
      for (const slice of slices) {
        if (slice.index <= oldest) continue;
        calls += slice.calls;
        failures += slice.failures;
      }
      return { calls, failures };
    },
    clear(): void {
      slices.length = 0;
    },
  };
}
