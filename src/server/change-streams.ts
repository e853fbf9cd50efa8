import type { LiveEvent } from '../contracts/api/live.ts';
import type { Change } from '../contracts/api/overview.ts';
import type { Services } from './app-env.ts';
import { createAccessRounds } from './live/access-rounds.ts';

export interface ChangeStreams {
  /** Null: as many listen as may. Ends once its listener may no longer: see `stillMay`. */
  open(isStillAllowed: () => Promise<boolean>): ReadableStream<Uint8Array> | null;
  /** Ends every stream; none is opened any more. */
  close(): void;
}

interface Listener {
  send(text: string): void;
  end(): void;
}

/**
 * Changes for the screens that listen. Each has a queue of its own; who takes nothing while it fills is cut off, and asks again for
 * everything when it comes back. Comments go out at intervals, so that neither side takes a dead connection for a quiet one.
 */
export function createChangeStreams({ changes, liveEvents, knobs, serverMetrics }: Services): ChangeStreams {
  const listeners = new Set<Listener>();
  const access = createAccessRounds<Listener>(knobs, (listener) => listener.end());
  const encoder = new TextEncoder();
  let isClosed = false;
  let unsubscribe: (() => void) | null = null;
  let pinging: NodeJS.Timeout | null = null;

  function add(listener: Listener): void {
    listeners.add(listener);
    serverMetrics.listeners(listeners.size);
    unsubscribe ??= listen();
    pinging ??= setInterval(() => sendAll(': ping\n\n'), knobs.pingMs);
  }

  function remove(listener: Listener): void {
    listeners.delete(listener);
    access.remove(listener);
    serverMetrics.listeners(listeners.size);
    if (listeners.size > 0) return;
    unsubscribe?.();
    unsubscribe = null;
    if (pinging) clearInterval(pinging);
    pinging = null;
  }

  function listen(): () => void {
    const stops = [changes.subscribe((data) => tell({ event: 'change', data })), liveEvents.subscribe(tell)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  function tell({ event, data }: LiveEvent | { event: 'change'; data: Change }): void {
    sendAll(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function sendAll(text: string): void {
    for (const listener of listeners) listener.send(text);
  }

  return {
    open(isStillAllowed) {
      if (isClosed || listeners.size >= knobs.listeners) return null;
      let listener: Listener;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            listener = {
              send(text) {
                if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(text));
                else listener.end();
              },
              end() {
                remove(listener);
                controller.close();
              },
            };
            add(listener);
            access.add(listener, isStillAllowed);
            controller.enqueue(encoder.encode('retry: 2000\n: connected\n\n'));
          },
          cancel: () => remove(listener),
        },
        { highWaterMark: knobs.listenerQueue },
      );
    },
    close() {
      isClosed = true;
      for (const listener of [...listeners]) listener.end();
    },
  };
}
