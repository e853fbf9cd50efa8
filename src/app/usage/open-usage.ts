import type { UsageSummary } from '../../contracts/api/usage.ts';
import { type Alerts, USER_ERRORS_RULE } from '../../core/alerts/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import type { UsageNames } from '../../core/usage/index.ts';
import type { UsageControl } from '../../server/index.ts';
import type { OwnWork } from '../jobs/own-jobs.ts';
import type { Round } from '../rounds.ts';
import { createUsageControl, usageReportWork } from './control.ts';
import { foldUsage } from './fold-usage.ts';
import { linkUsageErrors } from './link-errors.ts';
import { openUsageNames, type UsageNamesContext } from './names.ts';
import { erasingReports, openUsagePeople } from './people.ts';
import { openUsageReports } from './reports.ts';
import { createUsageSummaries, type UsageSummaries } from './summaries.ts';

export interface OpenedUsage {
  names: UsageNames;
  summaries: UsageSummaries;
  control: UsageControl;
  /** Of the last two hours, of this service where it has any usage, else of all; undefined: nobody sends any; null: it could not be read. */
  forMail(service: string | null): Promise<UsageSummary | null | undefined>;
  /** The built-in job of the report. */
  work: OwnWork;
  /** From records to rows, sessions and counts; errors to their issues; alerts of users at once. */
  rounds(alerts: Pick<Alerts, 'evaluateSchedules'>): Round[];
}

const MAIL_MS = 2 * 60 * 60_000;

/** Usage, as the server needs it. */
export async function openUsage(context: UsageNamesContext): Promise<OpenedUsage> {
  const { configuration, store, clock } = context;
  const { timeZone, language } = configuration;
  const names = await openUsageNames(context);
  const summaries = createUsageSummaries({ store, timeZone, kept: configuration.usage, clock });
  const reports = openUsageReports({ ...context, summaries });
  const people = erasingReports(await openUsagePeople(context, names), reports);
  return {
    names,
    summaries,
    control: createUsageControl({ store, summaries, reports, people, names }),
    async forMail(service) {
      try {
        const known = await store.usage.lastRecords();
        if (known.length === 0) return undefined;
        const to = clock.now();
        const own = known.some((one) => one.service === service) ? service : null;
        return await summaries({ from: to - MAIL_MS, to, service: own });
      } catch {
        // The mail is about failures, and goes out in any case; it says that usage could not be read.
        return null;
      }
    },
    work: usageReportWork(reports, { label: messagesFor(language).usage.job, timeZone, kept: configuration.usage }),
    rounds: (alerts) => [
      foldUsage({ configuration, store, names, clock }),
      linkUsageErrors({ store, clock }),
      alertOfUsers(context, alerts),
    ],
  };
}

/** Rules look once a minute; the error that makes them too many is told within seconds. */
const ALERT_MS = 3_000;

function alertOfUsers(
  { configuration, store, clock }: UsageNamesContext,
  alerts: Pick<Alerts, 'evaluateSchedules'>,
): Round {
  const { userErrors: atLeast, userErrorsMinutes } = configuration.usage.alerts;
  const withinMs = userErrorsMinutes * 60_000;
  let seen = new Set<string>();
  return {
    name: 'usage alerts',
    everyMs: ALERT_MS,
    async isNeeded() {
      const to = clock.now();
      const found = await store.usage.usersWithErrors({ from: to - withinMs, to, atLeast, withinMs });
      const isNew = found.some(({ user }) => !seen.has(user));
      if (!isNew) seen = new Set(found.map(({ user }) => user));
      return isNew;
    },
    async run(signal) {
      const to = clock.now();
      const found = await store.usage.usersWithErrors({ from: to - withinMs, to, atLeast, withinMs });
      const looks = await alerts.evaluateSchedules(signal, [USER_ERRORS_RULE]);
      const failed = looks.find(({ error }) => error !== null);
      if (failed?.error) throw failed.error;
      seen = new Set(found.map(({ user }) => user));
    },
  };
}
