import { useSyncExternalStore } from 'react';

/** One timer for everything on screen, that stands still while nothing listens. */
function createTicker(everyMs: number) {
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const listeners = new Set<() => void>();
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    now: () => now,
    subscribe(listener: () => void): () => void {
      // After a pause the last tick is old.
      if (listeners.size === 0) now = Date.now();
      listeners.add(listener);
      timer ??= setInterval(tick, everyMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

/** Ages on screen are never older than this. */
const ages = createTicker(15_000);
const seconds = createTicker(1_000);

/** Epoch ms, renewed every 15 s, the same for everything on screen. */
export function useNow(): number {
  return useSyncExternalStore(ages.subscribe, ages.now);
}

/** Epoch ms, renewed every second, for what is counted while it goes on. */
export function useSeconds(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.now);
}
