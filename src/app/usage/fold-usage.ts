import type { Store } from '../../adapters/store/sql/index.ts';
import type { Configuration } from '../../config/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import type { UsageNames } from '../../core/usage/index.ts';
import type { Round } from '../rounds.ts';

export interface FoldUsageOptions {
  configuration: Configuration;
  store: Store;
  names: UsageNames;
  clock: Clock;
}

/** Records are rows within so long and a little more. */
const FOLD_MS = 1_000;
/** A session that ran out shows as ended within so long. */
const CLOSE_MS = 15_000;
/** Facts of one transaction: others who write wait for it, some 0.1 s on SQLite. */
const FACTS = 1_000;

/** Makes rows, sessions and counts of what was taken in, and ends sessions that ran out. */
export function foldUsage({ configuration, store, names, clock }: FoldUsageOptions): Round {
  const timeoutMs = configuration.usage.sessionTimeoutMinutes * 60_000;
  let closedAt = Number.NEGATIVE_INFINITY;
  const isCloseDue = () => Math.abs(clock.now() - closedAt) >= CLOSE_MS;
  return {
    name: 'usage',
    everyMs: FOLD_MS,
    isNeeded: async () => isCloseDue() || (await store.usage.waiting()) > 0,
    async run(signal) {
      await names.prepare();
      for (let taken = FACTS; taken === FACTS && !signal.aborted; ) {
        const request = { limit: FACTS, at: clock.now(), timeoutMs, isRefused: names.isRefused };
        ({ taken } = await store.usage.fold(request));
      }
      if (!isCloseDue()) return;
      await store.usage.closeSessions({ at: clock.now(), timeoutMs });
      closedAt = clock.now();
    },
  };
}
