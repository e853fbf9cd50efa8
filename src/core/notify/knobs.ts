import type { ChannelKind, Occasion, Severity } from './notification.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const FIRST_WAIT = 30 * SECOND;

/** Every number of the policy; ms. */
export interface NotifyKnobs {
  /** No repeat of the same key to the same address within this time, unless it became graver. */
  coolDownMs: number;
  /** The first leaves at once, those of so long after it leave as one; 0: each leaves alone. */
  groupMs: number;
  /** Past `messages` to one recipient over one channel within `windowMs`, one summary. */
  burst: { messages: number; windowMs: number };
  /** Told again while nobody has acknowledged it; null: never. */
  repeatMs: number | null;
  /** An acknowledgement holds so long. */
  acknowledgeMs: number;
  escalation: readonly EscalationStep[];
  /** Undelivered for so long (or dead): the next channel of `fallback` that the recipient has. */
  undeliveredMs: number;
  fallback: readonly ChannelKind[];
  /** How administrators hear of what no route matches: every one of these that they have; the first of `CHANNEL_KINDS` they have where it is none. */
  unroutedChannels: readonly ChannelKind[];
  /** News that nobody has to hear of: told where a route asks for it, and never `unrouted`. */
  quietOccasions: readonly Occasion[];
  /** ms before attempt 2, 3, …; after the last of them a message is dead. */
  retryWaitsMs: readonly number[];
  /** One attempt is ended after so long. */
  attemptMs: number;
  /** A claim holds so long, and is renewed in a third of it while the attempt runs. */
  holdMs: number;
  /** Failures in a row from which a channel counts as failing. */
  failuresInRow: number;
  /** Lives of an acknowledge link. */
  linkMs: number;
}

export interface EscalationStep {
  /** Unacknowledged for so long. */
  afterMs: number;
  /** Recipient ids, and `role:NAME`. */
  to: readonly string[];
  channels: readonly ChannelKind[];
  /** Only for alerts as grave as this; null: all. */
  severityAtLeast: Severity | null;
}

export const DEFAULT_NOTIFY_KNOBS: NotifyKnobs = {
  coolDownMs: 30 * MINUTE,
  groupMs: 5 * MINUTE,
  burst: { messages: 20, windowMs: 10 * MINUTE },
  repeatMs: 4 * HOUR,
  acknowledgeMs: 4 * HOUR,
  escalation: [],
  undeliveredMs: 5 * MINUTE,
  fallback: ['sms'],
  unroutedChannels: ['email', 'slack'],
  quietOccasions: ['chain_finished', 'report_ready', 'usage_digest', 'deployment_finished'],
  retryWaitsMs: retryWaits(10, 24 * HOUR),
  attemptMs: 60 * SECOND,
  holdMs: 30 * SECOND,
  failuresInRow: 3,
  linkMs: 7 * 24 * HOUR,
};

/**
 * Waits before attempt 2, 3, … so that so many attempts fill that time: each longer than the one before by the same factor, dense while a restart or a
 * lost packet may be to blame.
 */
export function retryWaits(attempts: number, withinMs: number): number[] {
  const count = Math.max(0, attempts - 1);
  const waits = (factor: number) => Array.from({ length: count }, (_, index) => FIRST_WAIT * factor ** index);
  const sum = (factor: number) => waits(factor).reduce((total, wait) => total + wait, 0);
  if (count <= 1) return count === 1 ? [withinMs] : [];
  if (sum(1) >= withinMs) return waits(1).map(() => Math.floor(withinMs / count));
  let [low, high] = [1, 1_000];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (sum(middle) < withinMs) low = middle;
    else high = middle;
  }
  return waits(high).map(Math.round);
}

/** Ascending. */
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error', 'critical'];

export function gravityOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
