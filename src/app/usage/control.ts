import type { Store } from '../../adapters/store/sql/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { KeptUsage, UsageNames, UsagePeople } from '../../core/usage/index.ts';
import type { UsageControl } from '../../server/index.ts';
import type { OwnWork } from '../jobs/own-jobs.ts';
import type { UsageReports } from './reports.ts';
import type { UsageSummaries } from './summaries.ts';

export interface UsageControlOptions {
  store: Pick<Store, 'usage'>;
  summaries: UsageSummaries;
  reports: UsageReports;
  people: UsagePeople;
  names: Pick<UsageNames, 'hashOf'>;
}

/** What the server does with usage. */
export function createUsageControl({ store, summaries, reports, people, names }: UsageControlOptions): UsageControl {
  return {
    summary: summaries,
    timeline: (window) => store.usage.timeline(window),
    users: (request) => store.usage.users(request),
    async user({ user, from, to }) {
      return store.usage.user({ names: await people.namesOf(user), from, to });
    },
    lastRecords: () => store.usage.lastRecords(),
    waiting: () => store.usage.waiting(),
    exportUser: people.exportUser,
    eraseUser: people.eraseUser,
    referenceOf: (user) => `user ${names.hashOf(user).slice(0, 22)}`,
    reportJob: USAGE_REPORT_JOB,
    async newestReport() {
      const summary = await reports.newest();
      if (summary === null) throw new GuardianError('not_found', { path: reports.file });
      return { file: reports.file, summary };
    },
  };
}

const NAME = 'usage_report';
const USAGE_REPORT_JOB = `guardian-${NAME}`;
const HOUR_MS = 60 * 60_000;

/** Every two hours; ticks that were missed are made up from the rows. */
export function usageReportWork(
  { make }: Pick<UsageReports, 'make'>,
  { label, timeZone, kept }: { label: string; timeZone: string; kept: KeptUsage },
): OwnWork {
  const keptDays = Math.min(kept.rowDays, kept.errorDays);
  return {
    name: NAME,
    label,
    trigger: { kind: 'cron', pattern: '0 */2 * * *', timeZone, gap: 'run-after', overlap: 'once' },
    timeoutMs: HOUR_MS,
    // A window whose rows are gone would be a report of nobody.
    catchUp: { kind: 'all', limit: 84, lookBackMs: Math.min(7 * 24, keptDays * 24 - 2) * HOUR_MS },
    run: async ({ signal }, run) => {
      const summary = await make({ tick: run.tick, askedAt: run.createdAt, signal });
      const { active_users, total_requests, total_errors, period } = summary;
      return { period, users: active_users, requests: total_requests, errors: total_errors };
    },
  };
}
