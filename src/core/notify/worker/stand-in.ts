import type { Clock } from '../../shared/index.ts';
import type { NotificationDelivery, Target } from '../delivery.ts';
import type { NotifyKnobs } from '../knobs.ts';
import type { StandIn, UndeliveredStore } from '../ports.ts';
import { addressName } from '../routes/address-name.ts';
import type { Directory } from '../routes/directory.ts';

export interface StandInOptions {
  store: UndeliveredStore;
  directory: Directory;
  knobs: NotifyKnobs;
  clock: Clock;
  /** `channel:address` of those that have an open alert: it tells of them, and says when they are well again. Default: none. */
  failingChannels?(): Promise<ReadonlySet<string>>;
}

const ROWS = 200;

/**
 * What is dead, or has not arrived for `undeliveredMs`, goes once to the next channel of the fallback order that its recipient has; and the channel that
 * fails is told of, once for each pass, unless the message was itself about that, or an alert tells of it already.
 */
export function createStandIns({ store, directory, knobs, clock, failingChannels }: StandInOptions) {
  return {
    /** Gives how many were seen to. */
    async pass(): Promise<number> {
      const now = clock.now();
      const undelivered = await store.undelivered(now - knobs.undeliveredMs, ROWS);
      if (undelivered.length === 0) return 0;
      const known = (await failingChannels?.()) ?? new Set();
      await store.standIn(
        undelivered.map((delivery) => ({
          delivery,
          targets: standInsFor(delivery),
          degraded: known.has(`${delivery.channel}:${delivery.address}`) ? null : degradedBy(delivery),
        })),
        now,
      );
      return undelivered.length;
    },
  };

  function standInsFor({ recipientId, channel, fallbackOf, notificationId }: NotificationDelivery): Target[] {
    // One stands in, not a chain of them; a message composed for mail stays mail.
    if (fallbackOf !== null || notificationId === null) return [];
    const recipient = directory.recipients.find(({ id }) => id === recipientId);
    const next = knobs.fallback.find((kind) => kind !== channel && (recipient?.addresses[kind] ?? []).length > 0);
    if (!recipient || !next) return [];
    return recipient.addresses[next]!.map((address) => ({
      recipientId,
      channel: next,
      address: addressName(next, address),
      routes: [],
    }));
  }
}

/** What is told of the channel; of a message that was itself about one, nothing: it would go in circles. */
function degradedBy({ id, occasion, channel, address, state, lastError }: NotificationDelivery): StandIn['degraded'] {
  if (occasion === 'guardian_degraded') return null;
  return {
    kind: 'guardian-degraded',
    projectId: null,
    subjectId: `channel:${channel}:${address}`,
    payload: { channel, address, state, error: lastError, deliveryId: id },
  };
}
