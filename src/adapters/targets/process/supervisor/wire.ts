import type { Sentence } from '../../../../core/shared/index.ts';
import type { Measured } from './measurements.ts';
import type { KeptRevision, Split, SupervisorState } from './state.ts';

/** What the supervisor is asked over its socket, one JSON text each way. */
export type Question =
  | { kind: 'state' }
  | { kind: 'create'; revision: CreateRequest }
  | { kind: 'traffic'; split: Split; sequence: number }
  /** It goes for good. */
  | { kind: 'retire'; revision: string; drainMs: number; sequence: number }
  /** It stops, and is started again when it is given traffic. */
  | { kind: 'rest'; revision: string; drainMs: number; sequence: number }
  | { kind: 'memory'; revision: string }
  | { kind: 'logs'; revision: string; bytes: number }
  | { kind: 'measured'; window: { revision: string; from: number; to: number; samples: number } }
  /** `all`: the revisions end too. */
  | { kind: 'stop'; all: boolean };

export type CreateRequest = Pick<
  KeptRevision,
  | 'name'
  | 'artifact'
  | 'digest'
  | 'commit'
  | 'buildId'
  | 'intentId'
  | 'environment'
  | 'memoryBytes'
  | 'timeoutMs'
  | 'command'
> & { sequence: number };

export type Answer =
  | { kind: 'done' }
  /** Text alone: of a supervisor of an earlier version. */
  | { kind: 'refused'; reason: Sentence }
  /** It could not be done, and nothing was changed: it may be asked again. */
  | { kind: 'failed'; reason: string }
  /** Not yet: it is to be asked again. */
  | { kind: 'starting'; revision: string }
  | { kind: 'state'; state: SupervisorState }
  | { kind: 'memory'; bytes: number | null }
  | { kind: 'logs'; text: string }
  /** Null: it began later than what was asked about. */
  | { kind: 'measured'; measured: Measured | null };
