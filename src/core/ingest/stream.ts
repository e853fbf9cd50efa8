import type { Event, EventPipeline } from '../events/index.ts';
import { type Clock, toGuardianError } from '../shared/index.ts';
import { ingested } from './ingested-event.ts';
import type { IngestedOptions } from './options.ts';
import type { AppendBatch, DroppedItems, EventAppender } from './ports.ts';

/** A piece of a followed source, and how far it was read with it. */
export interface StreamSlice {
  events: Event[];
  positions: AppendBatch['positions'];
  dropped: DroppedItems[];
}

export interface StreamIngestOptions extends IngestedOptions {
  /** Its own: what a source has begun stays in it until it is whole. */
  pipeline: EventPipeline;
  appender: EventAppender;
  project: { id: number; slug: string };
  /** For lines that name none. */
  service: string | null;
  source: string;
  clock: Clock;
}

/** Lines of a trace may wait this long in the pipeline (1 s of silence, and the pauses of a slow writer). */
const HOLD_MS = 5_000;
/** Positions that came within so long settle together: each may tell of thousands of files. */
const TOGETHER_MS = 500;

/** How far sources were read at that time. */
interface Reached {
  since: number;
  at: number;
  of: Map<string, string>;
}

/**
 * Feeds a followed source into the store. A position is kept only once everything before it is stored: after a crash the source is read again
 * from there, and what was stored already is a repeat, which changes nothing. Calls wait for each other.
 */
export function createStreamIngest(options: StreamIngestOptions) {
  const { pipeline, appender, clock } = options;
  let reached: Reached[] = [];
  let unstored: Event[] = [];
  let untold: DroppedItems[] = [];
  let last: Promise<void> = Promise.resolve();

  return {
    /** Rejects when the store cannot take it: what was pushed is kept, and goes with the next push. `null` only gives silent traces their end. */
    push: (slice: StreamSlice | null): Promise<void> =>
      inTurn(async () => {
        const now = clock.now();
        if (slice) {
          take(slice.events);
          untold.push(...slice.dropped);
          reach(slice.positions, now);
        }
        // A source that is busy elsewhere must not keep the traces of its silent streams.
        take([]);
        await append(reached.filter(({ at }) => now - at >= HOLD_MS));
      }),

    /** The source has ended, or the program does: whatever is held is stored, and how far it was read. */
    finish: (): Promise<void> =>
      inTurn(async () => {
        takeFrom(() => pipeline.flush(), 0);
        await append(reached);
      }),
  };

  /** One at a time: what one call could not store must not be forgotten by the success of another. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  function take(events: Event[]): void {
    takeFrom(() => pipeline.push(events), events.length);
  }

  /** What the pipeline fails on is left out and counted: the same again would fail again, and nothing behind it would ever be stored. */
  function takeFrom(read: () => Event[], quantity: number): void {
    try {
      for (const event of read()) unstored.push(event);
    } catch {
      untold.push({ reason: 'failed', category: 'line', quantity: Math.max(quantity, 1) });
    }
  }

  function reach(positions: StreamSlice['positions'], now: number): void {
    if (positions.length === 0) return;
    let current = reached.at(-1);
    if (!current || now - current.since >= TOGETHER_MS) {
      current = { since: now, at: now, of: new Map() };
      reached.push(current);
    }
    current.at = now;
    for (const { source, position } of positions) current.of.set(source, position);
  }

  async function append(settled: readonly Reached[]): Promise<void> {
    if (unstored.length === 0 && settled.length === 0 && untold.length === 0) return;
    const positions = new Map(settled.flatMap(({ of }) => [...of]));
    const at = [...positions].map(([source, position]) => ({ source, position }));
    try {
      await appender.append(batchOf(unstored, at));
    } catch (thrown) {
      if (toGuardianError(thrown).code !== 'payload_invalid') throw thrown;
      await appendEach();
      await appender.append(batchOf([], at));
    }
    unstored = [];
    untold = [];
    reached = reached.filter((one) => !settled.includes(one));
  }

  /** One of them is what no store takes: it is left out and counted, so that the source goes on behind it. */
  async function appendEach(): Promise<void> {
    while (unstored.length > 0) {
      try {
        await appender.append({ ...batchOf(unstored.slice(0, 1), []), dropped: [] });
      } catch (thrown) {
        if (toGuardianError(thrown).code !== 'payload_invalid') throw thrown;
        untold.push({ reason: 'invalid', category: 'line', quantity: 1 });
      }
      unstored.shift();
    }
  }

  function batchOf(events: readonly Event[], positions: AppendBatch['positions']): AppendBatch {
    return {
      events: events.map((event) => {
        event.service ??= options.service;
        return ingested(options, event, options.project, event.time);
      }),
      records: [],
      dropped: untold.map((items) => ({ ...items, projectId: options.project.id, source: options.source })),
      positions,
      at: clock.now(),
    };
  }
}
