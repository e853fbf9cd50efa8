import type { LeaseStore } from '../core/access/index.ts';
import { type Clock, type GuardianError, toGuardianError } from '../core/shared/index.ts';

/** Work that comes round: one process at a time does it, however many there are. */
export interface Round {
  name: string;
  everyMs: number;
  /** Asked before the lease is taken, where a turn mostly has nothing to do; left out: every turn is needed. */
  isNeeded?(): Promise<boolean>;
  run(signal: AbortSignal): Promise<void>;
}

export interface RoundsOptions {
  leases: LeaseStore;
  /** Names this process. */
  holder: string;
  clock: Clock;
  onFailure(name: string, error: GuardianError): void;
}

/** A lease outlives a round that takes long; a process that died is missed for so long at most. */
const LEASE_MS = 60_000;

/** Starts each round after its interval, never two of one name at a time. `stop` waits for those that run. */
export function startRounds(rounds: readonly Round[], options: RoundsOptions) {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const timers = rounds.map((round) => {
    let isBusy = false;
    const turn = () => {
      if (isBusy || stopping.signal.aborted) return;
      isBusy = true;
      const run = carryOut(round, options, stopping.signal).finally(() => {
        isBusy = false;
        running.delete(run);
      });
      running.add(run);
    };
    const timer = setInterval(turn, round.everyMs);
    timer.unref();
    return timer;
  });
  return {
    async stop() {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
    },
  };
}

async function carryOut(round: Round, { leases, holder, clock, onFailure }: RoundsOptions, stopping: AbortSignal) {
  const name = `round:${round.name}`;
  const take = () => leases.take(name, holder, clock.now(), LEASE_MS);
  const own = new AbortController();
  const letGo = () => own.abort();
  stopping.addEventListener('abort', letGo);
  let renewal: NodeJS.Timeout | null = null;
  try {
    if (round.isNeeded && !(await round.isNeeded())) return;
    if (!(await take())) return;
    // A process that slept longer than its lease wakes up beside the one that took over: it lets go.
    const renew = () => take().then((isHeld) => isHeld || letGo());
    renewal = setInterval(() => void renew().catch(() => {}), LEASE_MS / 3);
    await round.run(own.signal).finally(() => leases.release(name, holder));
  } catch (thrown) {
    if (!stopping.aborted) onFailure(round.name, toGuardianError(thrown));
  } finally {
    if (renewal) clearInterval(renewal);
    stopping.removeEventListener('abort', letGo);
  }
}
