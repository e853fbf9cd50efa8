import type { Entry } from '../record.ts';
import type { Segment } from './segment.ts';
import { levelPlace } from './tally.ts';

/** An entry that a delivery holds in memory. */
export interface Item {
  readonly entry: Entry;
  /** Place of its level in a tally. */
  readonly place: number;
  /** Counts what this delivery took, from 1; 0: adopted, before all others. */
  readonly order: number;
  /** Its place on disk; null: in memory only. */
  segment: Segment | null;
  offset: number;
  length: number;
  /** Waits for the write at the turn's end. */
  isUnwritten: boolean;
  /** False: waits for that write only to leave memory. */
  isQueued: boolean;
  /** Sent, dead or dropped. */
  isSettled: boolean;
}

export function makeItem(entry: Entry, order: number): Item {
  return {
    entry,
    place: levelPlace(entry.level),
    order,
    segment: null,
    offset: 0,
    length: 0,
    isUnwritten: false,
    isQueued: false,
    isSettled: false,
  };
}

/**
 * What may take whose place. On disk each lane has its own segments, so that the oldest of the lesser ones go by the deletion of one file; the
 * number is stored in no file but stands in its name.
 */
export const LANES = ['low', 'high', 'audit'] as const;
export type Lane = (typeof LANES)[number];

/** In memory `low` is two: trace and debug give way first. */
export const RANKS = ['verbose', 'info', 'high', 'audit'] as const;
export const AUDIT_RANK = 3;
const RANK_OF_PLACE: readonly number[] = [0, 0, 1, 2, 2, 2, AUDIT_RANK];
const LANE_OF_RANK: readonly Lane[] = ['low', 'low', 'high', 'audit'];

export function rankOf(place: number): number {
  return RANK_OF_PLACE[place]!;
}

export function laneOf(place: number): Lane {
  return LANE_OF_RANK[RANK_OF_PLACE[place]!]!;
}
