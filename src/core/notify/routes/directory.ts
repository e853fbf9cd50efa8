import type { Recipient, Route } from '../notification.ts';

/** Everybody who can be told, and of what. */
export interface Directory {
  recipients: readonly Recipient[];
  routes: readonly Route[];
  rotations: readonly Rotation[];
}

/** A role that one person at a time has. */
export interface Rotation {
  role: string;
  /** Recipient ids, in their order. */
  members: readonly string[];
  /** When the first member's first turn began; epoch ms. */
  from: number;
  /** Length of a turn. Of whole days: days of the calendar, so that the hour of the handing over stays, whatever the clocks do. */
  everyMs: number;
  timeZone: string;
}

export const ADMINISTRATORS = 'administrators';
