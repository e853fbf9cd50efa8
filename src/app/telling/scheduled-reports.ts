import { toGuardianError } from '../../core/shared/index.ts';
import { reportsDueAfter } from '../jobs/report-schedule.ts';
import type { TellingOptions } from './options.ts';

/**
 * A report on every service that was heard of in the last day, and on those whose sources cannot be read: they may have failed unheard. Gives how many
 * were made, and throws when none of several could be.
 */
export function createReports(
  { configuration, store, clock, onFailure, sources }: TellingOptions,
  make: (request: Parameters<TellingOptions['makeReport']>[0]) => Promise<void>,
) {
  const dueAfter = reportsDueAfter(configuration);
  const spanToNext = (now: number) => {
    const due = dueAfter(now);
    return due === null ? null : due - now;
  };
  return async (signal: AbortSignal): Promise<{ reports: number; failed: number }> => {
    const { freshness } = configuration.reports;
    const intervalMs = spanToNext(clock.now());
    const made = { reports: 0, failed: 0 };
    for (const { projectId, service, eventsLastDay } of await store.activity.services(clock.now())) {
      if (signal.aborted) break;
      if (eventsLastDay === 0 && !(await mayBeUnheard({ projectId, service }))) continue;
      const request = { projectId, service, freshness, occasion: 'schedule', intervalMs } as const;
      // One service that cannot be reported on must not hide the others.
      await make(request).then(
        () => made.reports++,
        (thrown) => {
          made.failed++;
          onFailure(`report on ${service}`, toGuardianError(thrown));
        },
      );
    }
    return made;
  };
  async function mayBeUnheard(about: { projectId: number; service: string }): Promise<boolean> {
    const states = (await sources?.statesFor(about)) ?? [];
    return states.some(({ problem }) => problem !== null);
  }
}
