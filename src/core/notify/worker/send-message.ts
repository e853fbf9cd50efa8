import type { Clock, GuardianError } from '../../shared/index.ts';
import type { ClaimedMessage, NotificationDelivery } from '../delivery.ts';
import { gravityOf, type NotifyKnobs } from '../knobs.ts';
import type { Channel, ChannelKind, Recipient } from '../notification.ts';
import { MACHINES, quietGroup } from '../policy/decide-delivery.ts';
import { quietUntil } from '../policy/quiet-hours.ts';
import type { DeliveryQueue } from '../ports.ts';
import { addressOf } from '../routes/address-name.ts';
import type { Directory } from '../routes/directory.ts';
import { attempt } from './attempt.ts';
import { type ComposeOptions, compose } from './compose.ts';
import type { HeldClaims } from './held-claims.ts';
import type { LaneMemory } from './lane-memory.ts';
import { settleTogether } from './settle-together.ts';

/** A lane rests so long after a failure, or for as long as the other side wants: its own messages need not find out one by one. */
const REST_MS = 30_000;

export interface SendOptions {
  store: Pick<DeliveryQueue, 'settle'>;
  channels: ReadonlyMap<ChannelKind, Channel>;
  directory: Directory;
  knobs: NotifyKnobs;
  compose: ComposeOptions;
  clock: Clock;
  /** Told of every attempt that failed, and whether the message is dead. */
  onFailure(error: GuardianError, delivery: NotificationDelivery, isDead: boolean): void;
  /** Told of every delivery that was settled. */
  onSettled?(delivery: NotificationDelivery, state: NotificationDelivery['state']): void;
}

/** Sends a claimed message and settles it, or gives it back into quiet hours. */
export function createSend(options: SendOptions, { claims, memory }: { claims: HeldClaims; memory: LaneMemory }) {
  const { channels, directory, knobs, clock } = options;
  const settle = settleTogether(options.store);

  /** Null, or until when its lane rests. What is held no more is another's to send. */
  return async (lane: string, claimed: ClaimedMessage): Promise<number | null> => {
    if (!claims.isHeld(claimed)) return null;
    const recipient = directory.recipients.find(({ id }) => id === claimed.recipientId) ?? null;
    if (await holdIfQuiet(claimed, recipient)) return null;
    const message = claimed.message ?? (await compose(claimed, recipient, { ...options.compose, at: clock.now() }));
    const { settlement, error } = await attempt({
      claimed,
      message,
      channel: channels.get(claimed.channel) ?? null,
      address: addressOf(recipient, claimed),
      knobs,
      clock,
    });
    claims.letGo([claimed]);
    await settle({ ...settlement, isLaneOpened: memory.noteAttempt(lane, settlement) });
    for (const delivery of claimed.deliveries) {
      if (error) options.onFailure(error, delivery, settlement.state === 'dead');
      options.onSettled?.(delivery, settlement.state);
    }
    return settlement.state === 'failed' ? settlement.at + Math.max(REST_MS, error?.about.retryAfterMs ?? 0) : null;
  };

  /** It became due before the quiet hours, or stands in for one that did: then it is given back until they end. */
  async function holdIfQuiet(claimed: ClaimedMessage, recipient: Recipient | null): Promise<boolean> {
    if (!recipient || claimed.notifications.length === 0 || MACHINES.includes(claimed.channel)) return false;
    const at = clock.now();
    const releaseAt = quietUntil(recipient, severityOf(claimed), at);
    if (!releaseAt) return false;
    const group = quietGroup(claimed, releaseAt);
    await claims.giveBack([claimed], { kind: 'held', reason: 'quiet_hours', releaseAt, group, at });
    return true;
  }
}

function severityOf({ notifications }: ClaimedMessage) {
  return notifications.reduce(
    (worst, { severity }) => (gravityOf(severity) > gravityOf(worst) ? severity : worst),
    notifications[0]!.severity,
  );
}
