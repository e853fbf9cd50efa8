import type { SearchProgress } from '../core/events/index.ts';
import type { GuardianError } from '../core/shared/index.ts';

/** How searches are answered. */
export interface SearchControl {
  /** Null: events are searched in the database. */
  cluster:
    | (() => Promise<{ connections: { requests: number; opened: number }; progress: SearchProgress | null }>)
    | null;
  /** Of remembered answers, since the start. */
  cache(): { hits: number; misses: number; joined: number; evicted: number; entries: number; bytes: number };
  /** What is wrong with the cluster, as people can mend it; empty: nothing. */
  problems(): Promise<GuardianError[]>;
}
