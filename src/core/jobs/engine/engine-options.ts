import type { Clock, GuardianError } from '../../shared/index.ts';
import type { OutputChunk, Run } from '../run.ts';
import type { RunTexts } from '../stats/index.ts';
import type { Executors } from './runner.ts';
import type { JobStores } from './stores.ts';
import type { Timer } from './timer.ts';

export interface EngineKnobs {
  /** Runs at once on this node. */
  runsAtOnce: number;
  /** However far the next tick is: a machine that slept, or whose clock was set, is noticed within this. */
  planEveryMs: number;
  /** Rows that other nodes made are looked for this often. */
  claimEveryMs: number;
  /** Jobs that other nodes changed, likewise. */
  refreshMs: number;
  renewEveryMs: number;
  /** A run that was not renewed for so long is `lost`. Several renewals: a node that is busy for some seconds loses nothing. */
  lostAfterMs: number;
  reapEveryMs: number;
  watchdogEveryMs: number;
  /** A tick without a row after this is missing. */
  missingAfterMs: number;
  /** What runs at the stop may end within this; then it is told to. */
  drainMs: number;
  /** What does not end so long after it was told to is given up. */
  giveUpMs: number;
  /** Jobs that clients may make. */
  mostClientJobs: number;
}

export const DEFAULT_ENGINE_KNOBS: EngineKnobs = {
  runsAtOnce: 32,
  planEveryMs: 1_000,
  claimEveryMs: 1_000,
  refreshMs: 5_000,
  // Closed within 30 s of the death of its node, also where the next node has only just begun to look, or dies as well.
  renewEveryMs: 3_000,
  lostAfterMs: 15_000,
  reapEveryMs: 2_000,
  watchdogEveryMs: 30_000,
  missingAfterMs: 60_000,
  drainMs: 20_000,
  giveUpMs: 30_000,
  mostClientJobs: 1_000,
};

export interface JobEngineOptions {
  stores: JobStores;
  executors: Executors;
  clock: Clock;
  timer: Timer;
  /** Names this process; never the same as another's, nor as an earlier one's. */
  node: string;
  /** On SQLite: whatever runs at the start was an earlier process's. */
  isOnlyNode: boolean;
  texts: RunTexts;
  /** Takes out secrets and personal data of what a run writes. */
  redact(text: string): string;
  /** Likewise of stats, with regard to the names of members; without it every text in them goes through `redact`. */
  redactValue?(value: unknown): unknown;
  newId?(): string;
  /** In [0, 1). */
  random?(): number;
  knobs?: Partial<EngineKnobs>;
  /** Rows that were made or changed here, for screens and wake-ups. */
  onRuns?(runs: readonly Run[]): void;
  /** Output that was stored, as it comes. */
  onOutput?(runId: string, chunks: readonly OutputChunk[]): void;
  /** Rows were written to the outbox, most likely: whoever takes them up may look now. */
  onTold?(): void;
  /** A part could not do its turn; it goes on turning. */
  onFailure(part: string, error: GuardianError): void;
}
