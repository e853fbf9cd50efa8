import type { LiveEvent } from '../../contracts/api/live.ts';

export type PublishLive = (told: LiveEvent) => void;

export interface LiveHub {
  /** To all who listen on this node, by server-sent events and WebSocket alike; never waits, never throws. */
  publish: PublishLive;
  /** Gives how to stop listening. */
  subscribe(listener: (told: LiveEvent) => void): () => void;
}

export function createLiveHub(): LiveHub {
  const listeners = new Set<(told: LiveEvent) => void>();
  return {
    publish(told) {
      for (const listener of listeners) listener(told);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
