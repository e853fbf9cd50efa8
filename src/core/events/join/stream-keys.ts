import type { Event } from '../event.ts';
import { threadOf } from './record-kind.ts';

/** Tells the lines of each thread from those of the others in one stream. Lines that show no thread go with the one that wrote last. */
export class StreamKeys {
  private readonly currentThread = new Map<string, string>();
  /** Streams whose threads are remembered. */
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  of(event: Event): string {
    const { stream } = event.source;
    const thread = threadOf(event);
    if (thread === null) return this.currentThread.get(stream) ?? stream;
    const key = `${stream}\u0000${thread}`;
    if (this.currentThread.size >= this.most) this.currentThread.clear();
    this.currentThread.set(stream, key);
    return key;
  }

  clear(): void {
    this.currentThread.clear();
  }
}
