import type { Store } from '../../adapters/store/sql/index.ts';
import type { UsageSummary } from '../../contracts/api/usage.ts';
import { type Clock, toInstant } from '../../core/shared/index.ts';
import { type KeptUsage, keptWindow, summariseUsage, type UsageWindow } from '../../core/usage/index.ts';

export interface SummariesOptions {
  store: Pick<Store, 'usage'>;
  /** IANA zone in which the period is written. */
  timeZone: string;
  kept: KeptUsage;
  clock: Clock;
}

export type UsageSummaries = (window: UsageWindow) => Promise<UsageSummary>;

/** One summary for the file, the route, the mail and the page. */
export function createUsageSummaries({ store, timeZone, kept, clock }: SummariesOptions): UsageSummaries {
  return async (asked) => {
    const window = keptWindow(asked, clock.now(), kept);
    const parts = await store.usage.parts(window);
    const summary = summariseUsage(parts);
    return {
      period: periodText(window, timeZone),
      active_users: summary.activeUsers,
      total_requests: summary.totalRequests,
      total_errors: summary.totalErrors,
      users: summary.users.map(({ user, totalMinutes, features, requests, errors, listedErrors }) => ({
        email: user,
        total_time_minutes: totalMinutes,
        features_used: features,
        requests_count: requests,
        errors_count: errors,
        errors: listedErrors.map(({ endpoint, error, at }) => ({ endpoint, error, timestamp: toInstant(at) })),
      })),
      top_features: summary.topFeatures,
      error_breakdown: summary.errorBreakdown,
      meta: {
        schemaVersion: 1,
        start: toInstant(window.from),
        end: toInstant(window.to),
        timeZone,
        service: window.service,
        anonymousRequests: summary.anonymousRequests,
        anonymousErrors: summary.anonymousErrors,
        usersSince: parts.usersFrom === null ? null : toInstant(parts.usersFrom),
        cutUsers: summary.cutUsers,
        cutErrors: summary.cutErrors,
        activeUsersAre: summary.activeUsersAre,
        missingRecords: parts.missingRecords,
        isEstimated: summary.isEstimated,
        lastRecordAt: parts.lastRecordAt === null ? null : toInstant(parts.lastRecordAt),
        generatedAt: toInstant(clock.now()),
      },
    };
  };
}

/** `2025-10-19 14:00 - 16:00`, with the second date where it is another. */
export function periodText({ from, to }: Pick<UsageWindow, 'from' | 'to'>, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const local = (at: number) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
  };
  const start = local(from);
  const end = local(to);
  return `${start.date} ${start.time} - ${end.date === start.date ? '' : `${end.date} `}${end.time}`;
}
