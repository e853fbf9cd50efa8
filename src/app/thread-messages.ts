import type { Configuration } from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { LiveCount } from '../core/events/index.ts';
import type { AppendBatch, IntakeState, WireReply, WireRequest } from '../core/ingest/index.ts';
import type { GuardianError } from '../core/shared/index.ts';
import type { Ingested } from './metrics/ingested-tally.ts';

/** What a thread needs to compose itself: plain data, since nothing else crosses. */
export interface ThreadData {
  configuration: Configuration;
  folder: string;
}

export interface IngestThreadData extends ThreadData {
  timing: RestTiming;
  rest: RestState;
}

/** When a thread that has nothing to do ends. */
export interface RestTiming {
  /** ms without a request and without work after which it says that it may end. */
  quietMs: number;
  /** ms after the last event was read from which nothing meets it any more. */
  settleAfterMs: number;
}

/** What outlives a thread that rests: events that are told stay queued for a while, so that what comes late still meets them. */
export interface RestState {
  /** Epoch ms since when events are held without a break; null: as far as is known none are. */
  heldSince: number | null;
  /** Epoch ms from which nothing meets what is held by now: the next thread settles it first; null: nothing is held. */
  settleAt: number | null;
}

export type ToIngestThread =
  | { kind: 'request'; id: number; request: WireRequest }
  | { kind: 'dropped'; dropped: AppendBatch['dropped'] }
  | { kind: 'stop' };

export type FromIngestThread =
  | { kind: 'ready' }
  | { kind: 'replies'; replies: { id: number; reply: WireReply }[] }
  | { kind: 'state'; state: IngestThreadState }
  | { kind: 'changes'; changes: Change[] }
  /** Something was stored since the last one: what of it is events. */
  | { kind: 'live'; counts: LiveCount[] }
  | { kind: 'ingested'; ingested: Ingested }
  /** Nothing came for a while, and nothing is left to do before `settleAt`. */
  | { kind: 'quiet'; rest: RestState }
  /** `about`: where it kept the thread from starting. */
  | { kind: 'problem'; code: string; reason: string; about?: GuardianError['about'] };

/** What only the thread knows; the rest of `IntakeState` is counted where requests wait. */
export type IngestThreadState = Omit<IntakeState, 'waiting' | 'waitingBytes'>;
