import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../../../core/events/index.ts';
import type { SyslogCounts } from './counts.ts';
import type { SyslogReading } from './options.ts';

/** Bytes that were received and wait to be read. */
interface Waiting {
  bytes: number;
  isUdp: boolean;
  /** Called when their turn has come: until then they cost no more than their bytes. */
  read: () => Event[];
  /** Called when their events are stored. */
  onTaken: () => void;
}

/** What one waiting datagram costs besides its bytes. */
const DATAGRAM_OVERHEAD = 512;

/**
 * What was received waits here as bytes and is given on as batches of events, one at a time, in the order it came; so batches grow by themselves while one
 * is being stored. A batch that could not be stored is given again until it is, or until the sink is stopped: then it is counted as lost.
 */
export class BatchSink {
  readonly #reading: SyslogReading;
  readonly #counts: SyslogCounts;
  readonly #stopped = new AbortController();
  #waiting: Waiting[] = [];
  #udpBytes = 0;
  #running: Promise<void> | null = null;

  constructor(reading: SyslogReading, counts: SyslogCounts) {
    this.#reading = reading;
    this.#counts = counts;
  }

  hasRoomForDatagram(bytes: number): boolean {
    return this.#udpBytes + bytes + DATAGRAM_OVERHEAD <= this.#reading.limits.udpQueueBytes;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (waiting.isUdp) this.#udpBytes += waiting.bytes + DATAGRAM_OVERHEAD;
    this.#running ??= this.#run();
  }

  /** Gives what waits one last try. Resolves when everything is stored or counted as lost. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    // What comes in the same turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const queue = this.#waiting;
      this.#waiting = [];
      for (let at = 0; at < queue.length; ) {
        const { events, end } = this.#readBatch(queue, at);
        await this.#deliver(events);
        for (const { bytes, isUdp, onTaken } of queue.slice(at, end)) {
          if (isUdp) this.#udpBytes -= bytes + DATAGRAM_OVERHEAD;
          onTaken();
        }
        at = end;
      }
    }
    this.#running = null;
  }

  #readBatch(queue: readonly Waiting[], start: number): { events: Event[]; end: number } {
    const events: Event[] = [];
    let end = start;
    while (end < queue.length && events.length < this.#reading.limits.batchEvents) {
      for (const event of queue[end]?.read() ?? []) events.push(event);
      end++;
    }
    this.#counts.messages += events.length;
    return { events, end };
  }

  /** Bytes read at once may hold more than one batch. */
  async #deliver(events: readonly Event[]): Promise<void> {
    const { batchEvents } = this.#reading.limits;
    for (let at = 0; at < events.length; at += batchEvents)
      await this.#deliverBatch(events.slice(at, at + batchEvents));
  }

  async #deliverBatch(events: Event[]): Promise<void> {
    const { limits, onEvents, onError } = this.#reading;
    const { signal } = this.#stopped;
    for (;;) {
      const isLastTry = signal.aborted;
      try {
        await onEvents(events);
        return;
      } catch (error) {
        onError(error);
        if (isLastTry) {
          this.#counts.lostEvents += events.length;
          return;
        }
        // The stop ends the wait; the loop sees the signal.
        await sleep(limits.retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
