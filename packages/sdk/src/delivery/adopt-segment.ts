import { LANES, type Lane } from './item.ts';
import { Segment } from './segment.ts';
import { levelPlace, Tally } from './tally.ts';

/** Bytes and entries that one step reads before others may work: some milliseconds. */
const STEP_BYTES = 512 * 1024;
const STEP_ENTRIES = 2_000;
const SEGMENT_NAME = /^(low|high|audit)-\d+\.seg$/;

export function segmentName(lane: Lane, number: number): string {
  return `${lane}-${String(number).padStart(8, '0')}.seg`;
}

/** The lane of a segment by the name of its file; null when it is none. */
export function laneOfName(name: string): Lane | null {
  const lane = SEGMENT_NAME.exec(name)?.[1];
  return LANES.find((known) => known === lane) ?? null;
}

export interface AdoptedSegment {
  segment: Segment;
  /** Entries in it that are not marked as sent, by place of level. */
  found: Tally;
  /** Stretches of damage, the torn tail among them. */
  damaged: number;
}

/** Looks through a dead process's file; `now`: monotonic ms, from which its entries age. */
export async function adoptSegment(path: string, lane: Lane, now: number): Promise<AdoptedSegment> {
  const segment = Segment.adopt(path, lane);
  const found = new Tally();
  let damaged = 0;
  while (segment.cursor < segment.size) {
    const result = await segment.read(STEP_BYTES, STEP_ENTRIES, segment.size);
    damaged += result.damaged;
    for (const { entry, length } of result.records) {
      const place = levelPlace(entry.level);
      found.add(place);
      segment.diskOnly.add(place);
      segment.diskOnlyBytes += length;
      segment.remaining++;
    }
  }
  segment.cursor = 0;
  segment.isDamaged = false;
  segment.diskOnlySince = now;
  return { segment, found, damaged };
}
