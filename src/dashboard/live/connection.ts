import type { Change } from '../../contracts/api/overview.ts';
import { readEventStream } from './read-event-stream.ts';

/** `refused`: the server answers, but not to this person (no session). */
export type LiveState = 'connecting' | 'live' | 'lost' | 'refused';

export interface LiveStatus {
  state: LiveState;
  /** Epoch ms of the last thing heard; null: nothing yet. */
  heardAt: number | null;
}

export interface LiveConnection {
  status(): LiveStatus;
  subscribe(listener: () => void): () => void;
  /** Every change, and `null` when the connection stands again: what was missed is unknown, so all is asked for again. */
  onChange(listener: (change: Change | null) => void): () => void;
  /** Names of what is told beside changes; whoever hears of it asks for what it shows. */
  onLive(listener: (event: string) => void): () => void;
  start(): void;
  stop(): void;
}

/** The server pings every 15 s: two missed ones and a little more. */
const SILENCE_MS = 35_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 15_000];

/**
 * The stream of changes. connecting → live → lost → live …; it never stays `live` when nothing is heard, and tries again for ever, at most
 * every 15 s.
 */
export function createLiveConnection(path: string): LiveConnection {
  let status: LiveStatus = { state: 'connecting', heardAt: null };
  const listeners = new Set<() => void>();
  const changeListeners = new Set<(change: Change | null) => void>();
  const liveListeners = new Set<(event: string) => void>();
  let abort: AbortController | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasLost = false;

  function become(state: LiveState, heardAt = status.heardAt): void {
    const isNews = state !== status.state;
    status = isNews ? { state, heardAt } : Object.assign(status, { heardAt });
    if (isNews) for (const listener of listeners) listener();
  }

  function watch(): void {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort?.abort(), SILENCE_MS);
  }

  function heard(): void {
    watch();
    become('live', Date.now());
  }

  function said(data: string, event: string): void {
    if (event !== 'change' && event !== 'message') {
      for (const listener of liveListeners) listener(event);
      return;
    }
    let change: Change;
    try {
      change = JSON.parse(data) as Change;
    } catch {
      // Not understood: something changed, so all is asked for again.
      tell(null);
      return;
    }
    tell(change);
  }

  function tell(change: Change | null): void {
    for (const listener of changeListeners) listener(change);
  }

  async function connect(): Promise<void> {
    const mine = new AbortController();
    abort = mine;
    // From the first: a request may be taken and never answered.
    watch();
    try {
      const response = await fetch(path, {
        headers: { accept: 'text/event-stream' },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: mine.signal,
      });
      if (response.status === 401 || response.status === 403) return end(mine, 'refused');
      if (!response.ok || !response.body) return end(mine, 'lost');
      failures = 0;
      heard();
      if (wasLost) tell(null);
      wasLost = false;
      await readEventStream(response.body, { heard, said });
      end(mine, 'lost');
    } catch {
      // Refused, reset or silent: all mean the same to whoever looks at the screen.
      end(mine, 'lost');
    }
  }

  function end(mine: AbortController, state: LiveState): void {
    if (abort !== mine) return;
    clearTimeout(watchdog);
    abort = null;
    wasLost = true;
    become(state);
    retry = setTimeout(connect, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  }

  return {
    status: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onLive(listener) {
      liveListeners.add(listener);
      return () => liveListeners.delete(listener);
    },
    start() {
      if (!abort && !retry) void connect();
    },
    stop() {
      clearTimeout(retry);
      clearTimeout(watchdog);
      retry = undefined;
      const open = abort;
      abort = null;
      open?.abort();
    },
  };
}
