import type { Event } from '../../src/core/events/index.ts';
import type { AppendBatch } from '../../src/core/ingest/index.ts';
import type { JudgeStanding } from '../../src/core/issues/index.ts';

/** A batch of these events alone, each claiming its own time. */
export function appended(
  projectId: number,
  events: readonly Event[],
  { at, isCandidate = false, standingOf }: { at: number; isCandidate?: boolean; standingOf?: JudgeStanding },
): AppendBatch {
  return {
    events: events.map((event) => {
      const standing = standingOf?.(event, projectId) ?? null;
      return { projectId, event, claimedTime: event.time, isCandidate, standing };
    }),
    records: [],
    dropped: [],
    positions: [],
    at,
  };
}
