import type { Entry } from '../record.ts';

/** Where a delivery sends its batches. A sink never retries: what it says of a batch decides what the delivery does with it. */
export interface Sink {
  /** As counters and own troubles name it: `guardian`, `elastic`, `file`, `console`. */
  readonly name: string;
  /** Bytes and entries that one batch may hold at most, if the other side has a limit. */
  readonly limits?: { bytes?: number; entries?: number };
  /** Writes on this machine: a delivery without a folder of its own is no trouble then. */
  readonly isLocal?: boolean;
  /** Rejects never: everything that can happen is an outcome. `signal` ends the attempt at the time-out or at shutdown. */
  send(batch: readonly Entry[], signal: AbortSignal): Promise<SendOutcome>;
  /** Ends connections and files. */
  close?(): Promise<void>;
}

export type SendOutcome =
  /** The other side confirmed; `outcomes[i]` tells of `batch[i]`. */
  | { kind: 'answered'; outcomes: readonly EntryOutcome[]; roundTripMs: number }
  /** Network, time-out, 408, 429, 5xx: the same again later, not before `retryAfterMs`. `isOverloaded`: 429, 503, time-out (slows down). */
  | { kind: 'retry'; reason: string; retryAfterMs: number | null; isOverloaded: boolean }
  /** 401, 403, a certificate: kept, tried every 30 s; `remedy` is said once. */
  | { kind: 'hold'; reason: string; remedy: string }
  /** 413: the half of it. */
  | { kind: 'too-large' }
  /** 400 for the batch: bisected until the bad entry stands alone. */
  | { kind: 'bad-batch'; reason: string };

export type EntryOutcome =
  | { kind: 'sent' }
  /** The other side has it already: that is success. */
  | { kind: 'duplicate' }
  /** Never taken, however often it is tried: goes to the dead letters. */
  | { kind: 'refused'; reason: string }
  /** This one alone later (429 of one document). */
  | { kind: 'retry'; reason: string };
