import type { Event } from '../../src/core/events/index.ts';
import type { AppendBatch } from '../../src/core/ingest/index.ts';

/** A batch of these events alone, each claiming its own time. */
export function appended(
  projectId: number,
  events: readonly Event[],
  { at, isCandidate = false }: { at: number; isCandidate?: boolean },
): AppendBatch {
  return {
    events: events.map((event) => ({ projectId, event, claimedTime: event.time, isCandidate })),
    records: [],
    dropped: [],
    positions: [],
    at,
  };
}
