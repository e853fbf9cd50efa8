import type { Store } from '../adapters/store/sql/index.ts';
import type { Configuration } from '../config/index.ts';
import type { Clock } from '../core/shared/index.ts';
import type { Round } from './rounds.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Forgets what is over its time, a bounded step at a time, so that nothing else waits long for the database. */
export function pruningRound({
  configuration,
  store,
  clock,
}: {
  configuration: Configuration;
  store: Store;
  clock: Clock;
}): Round {
  const { days, events, issueEventsPerService, reportDays, everyMs } = configuration.retention;
  const knobs = { logDays: days, logRows: events, issueEventsPerService, stepRows: 2_000 };
  return {
    name: 'retention',
    everyMs,
    async run(signal) {
      await store.reports.forget(clock.now() - reportDays * DAY_MS);
      let isDone = false;
      while (!isDone && !signal.aborted) ({ isDone } = await store.retention.forget({ now: clock.now(), knobs }));
    },
  };
}
