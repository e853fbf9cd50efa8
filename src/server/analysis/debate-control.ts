import type { z } from 'zod';
import type { Debate, DebateSummary, debateRequest } from '../../contracts/api/debates.ts';
import type { Messages } from '../../core/shared/index.ts';

/** What people and programs do with debates, in the words of the contract. */
export interface DebateControl {
  /** The debate as it begins. Throws `no_model`, `rate_limited`, or what is wrong with it, in the reader's words. */
  start(asked: z.output<typeof debateRequest>, messages: Messages): Promise<Debate>;
  /** Null: there is none. */
  read(id: string): Promise<Debate | null>;
  /** Newest first. */
  list(query: {
    cursor?: string | undefined;
    limit: number;
  }): Promise<{ items: DebateSummary[]; nextCursor: string | null; total: null }>;
  /** Ends it where it runs. Null: there is none. */
  cancel(id: string): Promise<Debate | null>;
}
