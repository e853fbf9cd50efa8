import type { Change } from '../contracts/api/overview.ts';

/** What changed, to all who listen in this process. */
export function createChangeHub() {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish: (change: Change) => {
      for (const listener of listeners) listener(change);
    },
    subscribe: (listener: (change: Change) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
