import { type Clock, type GuardianError, toGuardianError } from '../shared/index.ts';
import type { Deployment } from './deployment.ts';
import type { Move } from './engine/move.ts';
import type { DeploymentClaims } from './ports.ts';

/** A claim lasts so long beyond the last round of whoever holds it. */
const HOLD_MS = 60_000;
const RENEW_MS = HOLD_MS / 3;
const CLAIMED = 20;
/** Rows that one deployment gets in one go; the rest comes with the next round. */
const MOVES = 50;

export interface DriverOptions {
  store: DeploymentClaims;
  clock: Clock;
  moveOf(deployment: Deployment): Promise<Move>;
  /** Null: somebody else was faster. `releases`: the claim is given back. */
  write(deployment: Deployment, move: Move, releases: boolean): Promise<Deployment | null>;
  /** It was carried on as far as it goes for now; what is due next may be sooner than the last round said. `failure`: of the store. */
  onDriven(id: string, failure: GuardianError | null): void;
}

export interface Driver {
  /**
   * Begins whatever is due, and waits for none of it; gives when the next round is wanted at the latest, or null when nothing is open. Call it then, when
   * something was driven, and every second at most.
   */
  round(): Promise<number | null>;
  /** Nothing is being carried on any more, for whoever stops: no round is to come meanwhile. */
  settled(): Promise<void>;
}

/**
 * Each deployment goes its own way: a command of one that takes a quarter of an hour holds up no other. What is being carried on here stays claimed for as long
 * as rounds come. When its row was changed by somebody else meanwhile (a person's word), it is due again at once, and what still runs of it writes nothing more.
 */
export function createDriver({ store, clock, moveOf, write, onDriven }: DriverOptions): Driver {
  /** By id: the version it is at. */
  const driven = new Map<string, { version: number }>();
  const underWay = new Set<Promise<void>>();

  function begin(claimed: Deployment): void {
    // Its claim ran out while no round came: it is being carried on all the same.
    if (driven.get(claimed.id)?.version === claimed.version) return;
    const at = { version: claimed.version };
    driven.set(claimed.id, at);
    const end = (failure: GuardianError | null) => {
      if (driven.get(claimed.id) === at) driven.delete(claimed.id);
      underWay.delete(drive);
      onDriven(claimed.id, failure);
    };
    const drive = carryOn(claimed, at).then(
      () => end(null),
      (thrown: unknown) => end(toGuardianError(thrown)),
    );
    underWay.add(drive);
  }

  async function carryOn(claimed: Deployment, at: { version: number }): Promise<void> {
    let deployment = claimed;
    for (let moves = 1; ; moves++) {
      const move = await moveOf(deployment);
      const nextAt = move.change.nextAt === undefined ? deployment.nextAt : move.change.nextAt;
      const goesOn = nextAt !== null && nextAt <= clock.now() && moves < MOVES;
      const written = await write(deployment, move, !goesOn);
      if (written === null || !goesOn) return;
      deployment = written;
      at.version = written.version;
    }
  }

  return {
    async round() {
      const now = clock.now();
      const held = [...driven].map(([id, { version }]) => ({ id, version }));
      if (held.length > 0) await store.renewClaims(held, now + HOLD_MS);
      for (const deployment of await store.claimDue({ now, holdMs: HOLD_MS, limit: CLAIMED })) begin(deployment);
      const next = await store.nextDue();
      return driven.size === 0 ? next : Math.min(next ?? now + RENEW_MS, now + RENEW_MS);
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
