import type { ServerKnobs } from '../knobs.ts';

/** Listeners that were let in, and are asked again and again whether they still may. */
export interface AccessRounds<Listener> {
  /** `isStillAllowed`: throws where that cannot be told now; then it is asked again in the next round. */
  add(listener: Listener, isStillAllowed: () => Promise<boolean>): void;
  remove(listener: Listener): void;
}

/** A stream outlives the key, the session and the trust it was opened with: `end` is told of those that may listen no longer. */
export function createAccessRounds<Listener>(
  { accessMs }: Pick<ServerKnobs, 'accessMs'>,
  end: (listener: Listener) => void,
): AccessRounds<Listener> {
  const checks = new Map<Listener, () => Promise<boolean>>();
  let timer: NodeJS.Timeout | null = null;
  let isAsking = false;

  /** One after the other: a round of many is no burst upon the store. */
  async function round(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    for (const [listener, isStillAllowed] of checks) {
      const isAllowed = await isStillAllowed().catch(() => true);
      if (!isAllowed && checks.has(listener)) end(listener);
    }
    isAsking = false;
  }

  return {
    add(listener, isStillAllowed) {
      checks.set(listener, isStillAllowed);
      timer ??= setInterval(round, accessMs);
    },
    remove(listener) {
      checks.delete(listener);
      if (checks.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    },
  };
}
