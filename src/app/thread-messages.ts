import type { Configuration } from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { AppendBatch, IntakeState, WireReply, WireRequest } from '../core/ingest/index.ts';

/** What a thread needs to compose itself: plain data, since nothing else crosses. */
export interface ThreadData {
  configuration: Configuration;
  folder: string;
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
  | { kind: 'problem'; code: string; reason: string };

/** What only the thread knows; the rest of `IntakeState` is counted where requests wait. */
export interface IngestThreadState extends Omit<IntakeState, 'waiting' | 'waitingBytes'> {
  sources: { kind: string; name: string; problem: string | null }[];
}
