import type { MeasuredEffect } from './effect.ts';
import type { Learning } from './learn.ts';
import type { Override } from './overrides.ts';
import type { Suggested } from './suggest.ts';

/** What became of a suggestion. `applied`: its effect is being measured; `kept`: it was measured, and is not worse. */
export type SuggestionState = 'shown' | 'applied' | 'kept' | 'reverted' | 'dismissed';

/** A suggestion as a row. Instants are epoch ms. */
export interface StoredSuggestion extends Suggested {
  id: string;
  state: SuggestionState;
  measured: Omit<MeasuredEffect, 'isWorse'> | null;
  createdAt: number;
  /** When it was applied: what its effect is measured from; null: never. */
  appliedAt: number | null;
  /** When its state changed last, and by whom; null: nobody has decided yet. */
  decidedAt: number | null;
  by: string | null;
}

export interface StoredOverride extends Override {
  at: number;
}

/** What is known of one job; `learnings` null: not enough runs. */
export interface StoredLearning {
  jobId: string;
  runs: number;
  learnings: Learning[] | null;
  learntAt: number;
}

export interface CoordinationStore {
  /** Takes the place of all that was learnt before. */
  keepLearnings(learnings: readonly StoredLearning[]): Promise<void>;
  learnings(): Promise<StoredLearning[]>;
  /** Newest first. */
  suggestions(limit: number): Promise<StoredSuggestion[]>;
  get(id: string): Promise<StoredSuggestion | null>;
  /** New ones are added, and those that are shown still are taken again; false: another one of this job and parameter is shown or applied. */
  show(suggestion: StoredSuggestion): Promise<boolean>;
  /** What is shown no more, since runs say otherwise by now. */
  withdraw(ids: readonly string[]): Promise<void>;
  /**
   * Changes the state of one that is in state `from` still, with the override that goes with it, in one transaction: `add` writes it, `drop` takes it away.
   * False: somebody else was first.
   */
  decide(
    suggestion: StoredSuggestion,
    from: SuggestionState,
    override: { add: StoredOverride } | { drop: true } | null,
  ): Promise<boolean>;
  overrides(): Promise<StoredOverride[]>;
  dropOverrides(overrides: readonly Pick<StoredOverride, 'jobId' | 'parameter'>[]): Promise<void>;
}
