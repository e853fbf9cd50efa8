import type { Store } from '../adapters/store/sql/index.ts';
import type { Configuration } from '../config/index.ts';
import type { Clock } from '../core/shared/index.ts';
import type { Round } from './rounds.ts';

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
  const { days, events, issueEventsPerService, everyMs } = configuration.retention;
  const knobs = { logDays: days, logRows: events, issueEventsPerService, stepRows: 2_000 };
  return {
    name: 'retention',
    everyMs,
    async run(signal) {
      let isDone = false;
      while (!isDone && !signal.aborted) ({ isDone } = await store.retention.forget({ now: clock.now(), knobs }));
    },
  };
}
