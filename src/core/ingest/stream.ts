import type { Event, EventPipeline } from '../events/index.ts';
import type { Clock } from '../shared/index.ts';
import { type IngestOptions, ingested } from './ingest.ts';
import type { AppendBatch, DroppedItems, EventAppender } from './ports.ts';

/** A piece of a followed source, and how far it was read with it. */
export interface StreamSlice {
  events: Event[];
  positions: AppendBatch['positions'];
  dropped: DroppedItems[];
}

export interface StreamIngestOptions extends Pick<IngestOptions, 'isCandidate' | 'retentionMs'> {
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

/**
 * Feeds a followed source into the store. A position is kept only once everything before it is stored: after a crash the source is read again
 * from there, and what was stored already is a repeat, which changes nothing.
 */
export function createStreamIngest(options: StreamIngestOptions) {
  const { pipeline, appender, clock } = options;
  let positions: { at: number; of: AppendBatch['positions'] }[] = [];
  let unstored: Event[] = [];

  return {
    /** Rejects when the store cannot take it: what was pushed is kept, and goes with the next push. `null` only gives silent traces their end. */
    async push(slice: StreamSlice | null): Promise<void> {
      const at = clock.now();
      if (slice && slice.positions.length > 0) positions.push({ at, of: slice.positions });
      const settled = positions.filter(({ at: since }) => at - since >= HOLD_MS);
      await append(pipeline.push(slice?.events ?? []), settled, slice?.dropped ?? []);
      positions = positions.filter((waiting) => !settled.includes(waiting));
    },

    /** The source has ended, or the program does: whatever is held is stored, and how far it was read. */
    async finish(): Promise<void> {
      await append(pipeline.flush(), positions, []);
      positions = [];
    },
  };

  /** Events that could not be stored are kept for the next call. */
  async function append(fresh: Event[], settled: typeof positions, dropped: DroppedItems[]): Promise<void> {
    unstored.push(...fresh);
    const last = new Map(settled.flatMap(({ of }) => of.map(({ source, position }) => [source, position] as const)));
    if (unstored.length === 0 && last.size === 0 && dropped.length === 0) return;
    await appender.append({
      events: unstored.map((event) => {
        event.service ??= options.service;
        return ingested(options, event, options.project, event.time);
      }),
      records: [],
      dropped: dropped.map((items) => ({ ...items, projectId: options.project.id, source: options.source })),
      positions: [...last].map(([source, position]) => ({ source, position })),
      at: clock.now(),
    });
    unstored = [];
  }
}
