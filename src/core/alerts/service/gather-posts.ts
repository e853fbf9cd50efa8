import { toGuardianError } from '../../shared/index.ts';

/** Posts of one transaction. */
const MOST_AT_ONCE = 200;

interface Waiting<Post, Reply> {
  post: Post;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/**
 * One transaction at a time for posts that come one by one: the first goes at once, those that come while it is written go together in the next. A burst
 * of 50 costs two transactions, and nobody waits for company. When one of several spoils the transaction, each is tried alone; a store that is away
 * (an error that may pass) is told to all.
 */
export function gatherPosts<Post, Reply>(write: (posts: readonly Post[]) => Promise<Reply[]>) {
  const waiting: Waiting<Post, Reply>[] = [];
  let isWriting = false;

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
    while (waiting.length > 0) await carryOut(waiting.splice(0, MOST_AT_ONCE));
    isWriting = false;
  };
  return (post: Post): Promise<Reply> =>
    new Promise((resolve, reject) => {
      waiting.push({ post, resolve, reject });
      void turn();
    });
}
