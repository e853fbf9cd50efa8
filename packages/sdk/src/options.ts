import type { DeliveryKnobs, DeliveryTime } from './delivery/delivery.ts';
import type { AgentTemplate } from './logger/agent-logger.ts';
import { type CopyLimits, DEFAULT_COPY_LIMITS } from './logger/copy-value.ts';
import type { SuppressionOptions } from './logger/suppression.ts';
import type { Level, LevelName } from './record.ts';
import type { RedactionOptions } from './redact/index.ts';
import type { SealerOptions } from './seal/index.ts';
import type { Sink } from './sinks/sink.ts';
import type { TraceReader } from './trace/trace-context.ts';
import type { UsageOptions } from './usage/index.ts';

/** Everything `start` takes. An option that is not known, or of a wrong type, is a `TypeError` that names it. */
export interface StartOptions {
  /** Address of the Guardian server, `https://guardian.example.org`. Left out: only `sinks` are written to. */
  url?: string;
  /** Ingest key of the project; needed with `url`. */
  key?: string;
  /** Name of the program; stands on every record. */
  service: string;
  /** `production`, `staging` … */
  environment?: string;
  /** Commit or version that runs. */
  revision?: string;
  /** This process and thread, as people know it. Default `<host>:<pid>`, with `/<thread>` in workers. */
  instance?: string;
  /** The quietest level that is written. Default `info`. */
  level?: LevelName;
  /** By logger name, `shop.db` also for `shop.db.pool`; the longest name wins. */
  levels?: Readonly<Record<string, LevelName>>;
  /** More places to write to, each with its own queue and folder; a route limits one to louder records. */
  sinks?: readonly (Sink | SinkRoute)[];
  /** Where records wait that are not sent; null: in memory only. Default `.guardian-spool`. */
  folder?: string | null;
  /** Bounds of every queue. */
  delivery?: Partial<DeliveryKnobs>;
  /** Secrets are masked by default; false: nothing is looked at. */
  redaction?: false | RedactionOptions;
  /** Encrypts what a rule of `redaction` says `encrypt` for; needed when one does. */
  sealing?: SealingOptions;
  /** Folds equal records. Default false. */
  suppression?: boolean | SuppressionOptions;
  /** Bounds of one record. */
  limits?: Partial<RecordLimits>;
  timers?: Partial<TimerOptions>;
  /** What is logged without being asked for. */
  capture?: Partial<CaptureOptions>;
  /** Where records get their trace from; null or left out: `runInTrace` and `timed` of this SDK. */
  trace?: TraceReader | null;
  /** What is recorded of users, for `client.usage`. */
  usage?: UsageSettings;
  /** Settings of agent loggers by `domain.role.name`, `*` for any part; the most precise wins. `server`: those of the server's templates. */
  agents?: Readonly<Record<string, AgentTemplate>> | 'server';
  /** Own troubles, one line each. Default: standard error. */
  onTrouble?: (line: string) => void;
  /** Clocks and timers; for tests. */
  time?: DeliveryTime;
}

export interface SinkRoute {
  sink: Sink;
  /** The quietest level this sink gets. Default: all that is written. */
  level?: LevelName;
  /** Bounds of this queue; the rest is that of `delivery`. */
  delivery?: Partial<DeliveryKnobs>;
}

export interface RecordLimits extends CopyLimits {
  /** Bytes of one line; the server takes 1 MiB. */
  recordBytes: number;
}

export interface TimerOptions {
  /** Longer measurements are marked slow, ms. */
  slowMs: number;
  /** Operations with a histogram of their own. */
  operations: number;
}

/** Keys and periods of sealing. */
export type SealingOptions = Pick<SealerOptions, 'wrappingKey' | 'blindIndex' | 'rotateAfterMs' | 'rotateAfterUses'> & {
  /** History of wrapped keys. Default: in `folder`. */
  keyFile?: string;
};

export type UsageSettings = Pick<UsageOptions, 'clientAddress' | 'optedOut' | 'flushAfterMs' | 'maxTemplates'>;

export interface CaptureOptions {
  /** Uncaught exceptions and unhandled rejections are logged as fatal before the process ends. Nothing is kept from ending. */
  uncaught: boolean;
}

/** A route with every default in place. */
export interface CheckedRoute {
  sink: Sink;
  level: Level;
  delivery: Partial<DeliveryKnobs>;
}

/** `StartOptions` with every default in place. */
export interface CheckedOptions {
  url: string | null;
  key: string | null;
  service: string;
  environment: string | null;
  revision: string | null;
  instance: string | null;
  level: Level;
  levels: Readonly<Record<string, Level>>;
  sinks: readonly CheckedRoute[];
  folder: string | null;
  delivery: Partial<DeliveryKnobs>;
  redaction: RedactionOptions | null;
  sealing: SealingOptions | null;
  suppression: Required<SuppressionOptions> | null;
  limits: RecordLimits;
  timers: TimerOptions;
  capture: CaptureOptions;
  trace: TraceReader | null;
  usage: UsageSettings;
  agents: Readonly<Record<string, AgentTemplate>> | 'server';
  onTrouble: ((line: string) => void) | null;
  time: DeliveryTime | null;
}

export const DEFAULT_FOLDER = '.guardian-spool';
export const DEFAULT_LIMITS: RecordLimits = { ...DEFAULT_COPY_LIMITS, recordBytes: 1_000_000 };
export const DEFAULT_TIMERS: TimerOptions = { slowMs: 100, operations: 1_000 };
export const DEFAULT_CAPTURE: CaptureOptions = { uncaught: true };
