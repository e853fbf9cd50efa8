import type { DecideFrameOrigin, Event, EventPipeline, EventStanding, Redactor } from '../events/index.ts';
import type { Clock, GuardianError } from '../shared/index.ts';
import type { AppendBatch, EventAppender, WireBounds, WireFormat, WireFormatName } from './ports.ts';

export interface IngestOptions {
  formats: Readonly<Record<WireFormatName, WireFormat>>;
  /** Joins, redacts, parses. One for all requests: each is flushed before the next. */
  pipeline: EventPipeline;
  /** The pipeline's own, for what is not an event. */
  redactor: Pick<Redactor, 'value'>;
  appender: EventAppender;
  /** Takes what the store cannot take now, durably. Null: there is none, and clients are asked to come again. */
  spool: Spool | null;
  /** Null: it tells a report nothing by itself. */
  standingOf(event: Event, projectId: number): EventStanding | null;
  /** Of a candidate: what folding reads. Left out: whoever stores it makes it. */
  queuedForm?(event: Event): string;
  /** Whose code each frame is: decided once, and stored with its rule. */
  frameOrigin: DecideFrameOrigin;
  bounds: WireBounds;
  /** ms; what claims to be older would be forgotten at once: the time it was received counts instead. */
  retentionMs: number;
  clock: Clock;
  /** A request whose decoding failed in a way that no format foresees: told, never fatal. */
  onFailure(error: GuardianError, format: WireFormatName): void;
}

/** Where batches wait, on disk, for a store that is away. */
export interface Spool {
  /** Durable when it resolves; throws `store_full` when the bound is reached. */
  add(batch: AppendBatch): Promise<void>;
  readonly waitingEvents: number;
}

/** What every way in decides about an event. */
export type IngestedOptions = Pick<IngestOptions, 'standingOf' | 'retentionMs' | 'frameOrigin'>;
