import type { Configuration } from '../../config/index.ts';
import { nextTick, type Trigger } from '../../core/jobs/index.ts';
import { everySpan } from './own-jobs.ts';

type Given = Pick<Configuration, 'reports' | 'timeZone'>;

/** When the reports on all services are made: a cron expression in its zone, else a span; null: only when somebody asks. */
export function reportTrigger({ reports, timeZone }: Given): Trigger | null {
  const { cron, everyMs } = reports;
  if (cron !== null) {
    const zone = reports.timeZone ?? timeZone;
    return { kind: 'cron', pattern: cron, timeZone: zone, gap: 'run-after', overlap: 'once' };
  }
  return everyMs === null ? null : everySpan(everyMs);
}

/** When the schedule makes the next reports after an instant; null: it makes none. */
export function reportsDueAfter(given: Given): (at: number) => number | null {
  const trigger = reportTrigger(given);
  return (at) => (trigger === null ? null : nextTick(trigger, at, { firstSeenAt: at }));
}
