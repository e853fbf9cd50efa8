import { shortHash } from '../../shared/index.ts';
import type { HoldReason, SuppressReason, Target } from '../delivery.ts';
import { gravityOf, type NotifyKnobs } from '../knobs.ts';
import type { ChannelKind, Notification, Occasion, Recipient } from '../notification.ts';
import { quietUntil } from './quiet-hours.ts';

/** What one recipient has been told over one channel of late, as far as the policy asks. */
export interface LaneHistory {
  /** Newest of one occasion and key that an address was (or is to be) told: see `toldKey`. */
  told: Map<string, { at: number; gravity: number }>;
  /** Messages that left, or are about to, oldest first. A group is one. */
  messages: LaneMessage[];
}

export interface LaneMessage {
  address: string;
  at: number;
  gravity: number;
  /** Null: a message of several. */
  dedupeKey: string | null;
}

export type DeliveryDecision =
  | { state: 'pending' }
  | { state: 'held'; reason: HoldReason; releaseAt: number; group: string }
  | { state: 'suppressed'; reason: SuppressReason };

/** Machines take each thing by itself and do their own counting. */
export const MACHINES: readonly ChannelKind[] = ['pagerduty', 'webhook'];
/** The same again within the cool-down is noise; what else is told is decided elsewhere, each time anew (repeats, steps, ends). */
const COOLED: readonly Occasion[] = [
  'job_failed',
  'job_late',
  'alert_fired',
  'issue_opened',
  'issue_regressed',
  'deployment_rolled_back',
  'guardian_degraded',
];

/** What ends what: after its end was told, that it goes on again may not stay untold. */
const END_OF: Partial<Record<Occasion, Occasion>> = { alert_fired: 'alert_resolved', job_failed: 'job_recovered' };
const ENDS: readonly Occasion[] = Object.values(END_OF);

/** What is told of a channel that fails, by its alert and by the messages that died of it: the same news. */
export function failingChannelKey(channel: string): string {
  return `${FAILING_CHANNEL}${channel}`;
}
const FAILING_CHANNEL = 'guardian:channel:';

/** The occasion is part of it: that something is late is news to those who heard that it failed. */
export function toldKey(
  address: string,
  { occasion, dedupeKey }: Pick<Notification, 'occasion' | 'dedupeKey'>,
): string {
  const isOfChannel = occasion === 'guardian_degraded' && dedupeKey.startsWith(FAILING_CHANNEL);
  return [address, isOfChannel ? 'alert_fired' : occasion, dedupeKey].join('\u0000');
}

/** What becomes of one notification for one target. Pure; `note` then adds it to the history. */
export function decideDelivery(
  notification: Pick<Notification, 'occasion' | 'severity' | 'dedupeKey'> & {
    isRepeat: boolean;
    isKnown?: boolean | undefined;
  },
  target: Pick<Target, 'recipientId' | 'channel' | 'address'>,
  { recipient, history, knobs, now }: DecisionContext,
): DeliveryDecision {
  if (MACHINES.includes(target.channel)) return { state: 'pending' };
  if (notification.isKnown) return { state: 'suppressed', reason: 'cooldown' };
  const gravity = gravityOf(notification.severity);
  const held = (reason: HoldReason, releaseAt: number): DeliveryDecision => ({
    state: 'held',
    reason,
    releaseAt,
    group: groupId(target, reason, releaseAt),
  });
  const told = history.told.get(toldKey(target.address, notification));
  const again = told && gravity <= told.gravity ? toldAgain(told.at) : null;
  if (again) return again;
  const quiet = recipient && quietUntil(recipient, notification.severity, now);
  if (quiet) return held('quiet_hours', quiet);
  const burst = history.messages.filter(({ at }) => at > now - knobs.burst.windowMs && at <= now);
  if (burst.length >= knobs.burst.messages) {
    return held('burst', burst[burst.length - knobs.burst.messages]!.at + knobs.burst.windowMs);
  }
  return grouped() ?? { state: 'pending' };

  function toldAgain(toldAt: number): DeliveryDecision | null {
    // It waits to be told already: a digest lists each thing once.
    if (toldAt > now) return { state: 'suppressed', reason: 'cooldown' };
    const until = toldAt + knobs.coolDownMs;
    if (!COOLED.includes(notification.occasion) || notification.isRepeat || now >= until) return null;
    return isOverSince(toldAt) ? held('cooldown', until) : { state: 'suppressed', reason: 'cooldown' };
  }

  /** Its end came since: an alert fires anew only after one; a job fails again and again, and that it does has been told. */
  function isOverSince(toldAt: number): boolean {
    if (notification.occasion === 'alert_fired') return true;
    const end = END_OF[notification.occasion];
    const ended = end && history.told.get(toldKey(target.address, { ...notification, occasion: end }));
    return ended !== undefined && ended.at >= toldAt;
  }

  function grouped(): DeliveryDecision | null {
    const window = history.messages.filter(
      ({ at, address, dedupeKey }) =>
        address === target.address && dedupeKey !== null && at > now - knobs.groupMs && at <= now,
    );
    const [first] = window;
    if (!first || window.some(({ dedupeKey }) => dedupeKey === notification.dedupeKey)) return null;
    // What is graver than all that was told in this time is no part of the same noise; an end is never urgent.
    if (!ENDS.includes(notification.occasion) && window.every((message) => gravity > message.gravity)) return null;
    return held('grouped', first.at + knobs.groupMs);
  }
}

export interface DecisionContext {
  /** Null: it is no longer configured. */
  recipient: Recipient | null;
  history: LaneHistory;
  knobs: NotifyKnobs;
  now: number;
}

/** Notes a decision, so that the next one of the same transaction knows of it. */
export function noteDecision(
  history: LaneHistory,
  decision: DeliveryDecision,
  notification: Pick<Notification, 'occasion' | 'dedupeKey' | 'severity'>,
  { address, now }: { address: string; now: number },
): void {
  if (decision.state === 'suppressed') return;
  const gravity = gravityOf(notification.severity);
  const at = decision.state === 'held' ? decision.releaseAt : now;
  history.told.set(toldKey(address, notification), { at, gravity });
  if (decision.state === 'pending')
    history.messages.push({ address, at: now, gravity, dedupeKey: notification.dedupeKey });
}

/** The same for all that wait for the same moment for the same reason: they leave as one. */
function groupId(lane: Lane, reason: HoldReason, releaseAt: number): string {
  const { recipientId, channel, address } = lane;
  return `group-${shortHash([recipientId, channel, address, reason, releaseAt].join('\u0000'), 20)}`;
}

/** The digest at the end of these quiet hours. */
export function quietGroup(lane: Lane, releaseAt: number): string {
  return groupId(lane, 'quiet_hours', releaseAt);
}

type Lane = Pick<Target, 'recipientId' | 'channel' | 'address'>;
