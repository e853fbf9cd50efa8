import { type Clock, toGuardianError } from '../../shared/index.ts';
import type { ClaimedMessage } from '../delivery.ts';
import type { Claim, DeliveryQueue, GivenBack } from '../ports.ts';

export interface HeldClaimsOptions {
  store: Pick<DeliveryQueue, 'renew' | 'giveBack'>;
  holdMs: number;
  clock: Clock;
}

export type HeldClaims = ReturnType<typeof createHeldClaims>;

/** What this worker has claimed and nobody else may send: held until it is let go or given back, unless another claimed it meanwhile. */
export function createHeldClaims({ store, holdMs, clock }: HeldClaimsOptions) {
  /** By id of the delivery. */
  const held = new Map<string, Claim>();

  return {
    hold(messages: readonly ClaimedMessage[]): void {
      for (const claim of messages.flatMap(claimsOf)) held.set(claim.id, claim);
    },
    isHeld: ({ deliveries }: ClaimedMessage): boolean => deliveries.every(({ id }) => held.has(id)),
    letGo,
    /** Untried. */
    async giveBack(messages: readonly ClaimedMessage[], back: GivenBack): Promise<void> {
      letGo(messages);
      await store.giveBack(messages.flatMap(claimsOf), back);
    },
    /** Holds on to them until the end, which it gives back; told when the store does not let it. */
    keepRenewed(onProblem: (problem: unknown) => void): () => void {
      const renewal = setInterval(() => void renew().catch((thrown) => onProblem(toGuardianError(thrown))), holdMs / 3);
      renewal.unref();
      return () => clearInterval(renewal);
    },
  };

  function letGo(messages: readonly ClaimedMessage[]): void {
    for (const { deliveries } of messages) for (const { id } of deliveries) held.delete(id);
  }

  async function renew(): Promise<void> {
    if (held.size === 0) return;
    for (const id of await store.renew([...held.values()], clock.now() + holdMs)) held.delete(id);
  }
}

function claimsOf({ deliveries }: ClaimedMessage): Claim[] {
  return deliveries.map(({ id, attempts }) => ({ id, attempt: attempts }));
}
