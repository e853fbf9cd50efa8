import { setTimeout } from 'node:timers/promises';
import { toGuardianError } from '../../shared/index.ts';

/** Posts of one transaction. */
const MOST_AT_ONCE = 200;
/** From the begin of a transaction to that of the next: a hundred posts a second then cost forty transactions, and as many of those who tell of them. */
const APART_MS = 25;

interface Waiting<Post, Reply> {
  post: Post;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/**
 * One transaction at a time for posts that come one by one: the first goes at once, those that come while it is written, or within 25 ms of its begin, go
 * together in the next. A burst of 50 costs two transactions, and nobody waits for company that is not there. When one of several spoils the transaction,
 * each is tried alone; a store that is away (an error that may pass) is told to all.
 */
export function gatherPosts<Post, Reply>(write: (posts: readonly Post[]) => Promise<Reply[]>) {
  const waiting: Waiting<Post, Reply>[] = [];
  let isWriting = false;
  let begunAt = Number.NEGATIVE_INFINITY;

  const carryOut = async (batch: readonly Waiting<Post, Reply>[]): Promise<void> => {
    try {
      const replies = await write(batch.map(({ post }) => post));
      for (const [index, { resolve }] of batch.entries()) resolve(replies[index]!);
    } catch (thrown) {
      if (batch.length === 1 || toGuardianError(thrown).kind.isRetryable) {
        for (const { reject } of batch) reject(thrown);
        return;
      }
      for (const one of batch) await carryOut([one]);
    }
  };
  const turn = async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const wait = begunAt + APART_MS - performance.now();
      if (wait > 0) await setTimeout(wait);
      begunAt = performance.now();
      await carryOut(waiting.splice(0, MOST_AT_ONCE));
    }
    isWriting = false;
  };
  return (post: Post): Promise<Reply> =>
    new Promise((resolve, reject) => {
      waiting.push({ post, resolve, reject });
      void turn();
    });
}
