import type { AnalyticsStore } from '../core/events/index.ts';
import { type Clock, type GuardianError, toGuardianError } from '../core/shared/index.ts';

export interface AnalyticsFoldingOptions {
  store: Pick<AnalyticsStore, 'fold'>;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

/** What came is gathered for so long: a busy server adds it up once a second, an idle one does nothing at all. */
const AFTER_MS = 1_000;
/** After a failure the store gets a while. */
const AGAIN_MS = 10_000;
/** Batches of one transaction: tens of milliseconds, so that events that come meanwhile hardly wait; few of them add up to much the same rows as many. */
const BATCHES = 200;

/** Adds up the counts of batches soon after they came. Starts with what another process left. */
export function startAnalyticsFolding({ store, clock, onFailure }: AnalyticsFoldingOptions) {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let isStopping = false;
  let isWoken = false;

  const wake = (afterMs = AFTER_MS) => {
    isWoken = true;
    if (isStopping || timer !== null || running !== null) return;
    timer = setTimeout(() => {
      timer = null;
      isWoken = false;
      running = turn().finally(() => {
        running = null;
        if (isWoken) wake();
      });
    }, afterMs);
    timer.unref();
  };
  wake();

  return {
    /** Something came. */
    wake: () => wake(),
    async stop(): Promise<void> {
      isStopping = true;
      if (timer !== null) clearTimeout(timer);
      await running;
      await foldAll().catch(() => {});
    },
  };

  async function turn(): Promise<void> {
    try {
      await foldAll();
    } catch (thrown) {
      onFailure('analytics', toGuardianError(thrown));
      running = null;
      wake(AGAIN_MS);
    }
  }

  async function foldAll(): Promise<void> {
    while ((await store.fold({ now: clock.now(), limit: BATCHES })) === BATCHES);
  }
}
