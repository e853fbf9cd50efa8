import { type Clock, GuardianError, toGuardianError } from '../shared/index.ts';
import type { Delivery, DeliveryStore, MailChannel } from './ports.ts';

export interface DelivererOptions {
  store: DeliveryStore;
  channel: MailChannel;
  clock: Clock;
  limits?: Partial<DeliveryLimits>;
  /** Told of every attempt that failed and of every message given up. */
  onFailure(error: GuardianError, delivery: Delivery, isGivenUp: boolean): void;
}

export interface DeliveryLimits {
  /** Attempts before a message is given up. */
  attempts: number;
  /** ms before the second attempt; doubles with each. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** ms a claim holds: longer than any attempt takes, so that two processes never send one message. */
  holdMs: number;
  /** Messages of one pass. */
  batch: number;
}

const DEFAULT_LIMITS: DeliveryLimits = {
  attempts: 18, // with these waits twenty hours: a mail server that is down over night
  firstRetryMs: 30_000,
  longestRetryMs: 2 * 60 * 60 * 1000,
  holdMs: 120_000,
  batch: 20,
};

/** Sends what is due, each message to the end of its attempt; `sent` only when the other side accepted. The one layer that retries. */
export function createDeliverer(options: DelivererOptions) {
  const limits: DeliveryLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const { store, channel, clock } = options;

  return {
    /** How many were due; ends early with the signal. Rejects only when the store does. */
    async pass(signal?: AbortSignal): Promise<number> {
      let taken = 0;
      while (taken < limits.batch && !signal?.aborted) {
        // One at a time: the claim of a message that waits for slow ones before it would run out, and another process would send it too.
        const [delivery] = await store.claim(clock.now(), 1, limits.holdMs);
        if (!delivery) break;
        taken++;
        await attempt(delivery);
      }
      return taken;
    },
  };

  async function attempt(delivery: Delivery): Promise<void> {
    const receipt = await channel.send(delivery.message, delivery.recipient).catch(toGuardianError);
    if (receipt instanceof GuardianError) return failed(delivery, receipt);
    const { outcome, detail } = receipt;
    const now = clock.now();
    const sentAt = outcome === 'sent' ? now : null;
    await store.settle(delivery.id, { state: outcome, nextAttemptAt: now, sentAt, lastError: null, receipt: detail });
  }

  /** A refusal for good (no such mailbox) is not tried again. `attempts` counts this one already. */
  async function failed(delivery: Delivery, error: GuardianError): Promise<void> {
    const isGivenUp = !error.kind.isRetryable || delivery.attempts >= limits.attempts;
    const wait = Math.min(limits.firstRetryMs * 2 ** Math.max(0, delivery.attempts - 1), limits.longestRetryMs);
    options.onFailure(error, delivery, isGivenUp);
    await store.settle(delivery.id, {
      state: isGivenUp ? 'failed' : 'pending',
      nextAttemptAt: clock.now() + wait,
      sentAt: null,
      lastError: error.message,
      receipt: null,
    });
  }
}
