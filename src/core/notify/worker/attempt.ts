import { type Clock, GuardianError, toGuardianError } from '../../shared/index.ts';
import type { ClaimedMessage } from '../delivery.ts';
import type { NotifyKnobs } from '../knobs.ts';
import { hideAcknowledgeLinks } from '../links/index.ts';
import type { Channel, Message } from '../notification.ts';
import type { Settlement } from '../ports.ts';

export interface AttemptInput {
  claimed: ClaimedMessage;
  message: Message;
  /** Null: none of that kind is configured. */
  channel: Channel | null;
  /** Null: it is no longer configured. */
  address: string | null;
  knobs: NotifyKnobs;
  clock: Clock;
}

export interface AttemptResult {
  settlement: Settlement;
  /** What went wrong; null: it was accepted. */
  error: GuardianError | null;
}

/** One attempt, to its end; `sent` only when the other side accepted. Rejects never. */
export async function attempt({
  claimed,
  message,
  channel,
  address,
  knobs,
  clock,
}: AttemptInput): Promise<AttemptResult> {
  const startedAt = clock.now();
  const number = Math.max(...claimed.deliveries.map(({ attempts }) => attempts));
  const receipt = await send().catch(toGuardianError);
  const at = clock.now();
  const settled: Settlement = {
    deliveries: claimed.deliveries.map(({ id, attempts }) => ({ id, attempt: attempts })),
    channel: claimed.channel,
    address: claimed.address,
    state: 'sent',
    startedAt,
    at,
    nextAttemptAt: at,
    error: null,
    receipt: null,
    providerId: null,
    isLaneOpened: false,
    message,
  };
  if (receipt instanceof GuardianError) return { settlement: { ...settled, ...failure(receipt, at) }, error: receipt };
  const { outcome, detail, providerId } = receipt;
  return { settlement: { ...settled, state: outcome, receipt: hideAcknowledgeLinks(detail), providerId }, error: null };

  async function send() {
    const name = `${claimed.channel} ${claimed.address}`;
    if (address === null || channel === null) {
      const reason = address === null ? 'the address is no longer configured' : 'this channel is not configured';
      throw new GuardianError('delivery_refused', { path: name, reason });
    }
    const limit = AbortSignal.timeout(knobs.attemptMs);
    // A channel that does not heed its signal holds up nothing for longer.
    const overdue = new Promise<never>((_, reject) => {
      const reason = `no end after ${knobs.attemptMs} ms`;
      limit.addEventListener('abort', () => reject(new GuardianError('delivery_unreachable', { path: name, reason })), {
        once: true,
      });
    });
    return Promise.race([channel.send(message, address, { id: claimed.id, number, signal: limit }), overdue]);
  }

  function failure(error: GuardianError, at: number): Pick<Settlement, 'state' | 'nextAttemptAt' | 'error'> {
    const before = Math.min(...claimed.deliveries.map(({ attempts, attemptsBefore }) => attempts - attemptsBefore));
    const wait = knobs.retryWaitsMs[before - 1];
    const isDead = !error.kind.isRetryable || wait === undefined;
    return {
      state: isDead ? 'dead' : 'failed',
      // Not before the other side wants it.
      nextAttemptAt: at + Math.max(wait ?? 0, error.about.retryAfterMs ?? 0),
      // Some answer with what they were sent.
      error: hideAcknowledgeLinks(error.about.reason ?? error.message),
    };
  }
}
