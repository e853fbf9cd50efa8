import type { Store } from '../adapters/store/sql/index.ts';
import type { Configuration } from '../config/index.ts';
import { type Coordination, checkTrigger } from '../core/jobs/index.ts';
import { type Clock, messagesFor } from '../core/shared/index.ts';
import { documentsWork } from './guardians/documents.ts';
import { failingCallsWork } from './guardians/failing-calls.ts';
import { dailyAt, everySpan, type OwnWork } from './jobs/own-jobs.ts';
import { reportTrigger } from './jobs/report-schedule.ts';
import { pruning } from './pruning.ts';
import type { Telling } from './telling.ts';

export interface OwnWorkOptions {
  configuration: Configuration;
  folder: string;
  store: Store;
  telling: Telling;
  compareIssues(): Promise<number>;
  usageReport: OwnWork;
  coordination: Pick<Coordination, 'learn'>;
  clock: Clock;
}

const HOUR_MS = 60 * 60 * 1000;

/** What Guardian does by itself now and then, as jobs like anybody's: reports, digest, retention, comparison of issues, the monthly drill. */
export function ownWork({
  configuration,
  folder,
  store,
  telling,
  compareIssues,
  usageReport,
  coordination,
  clock,
}: OwnWorkOptions): OwnWork[] {
  const { reports, retention, notify, timeZone, language } = configuration;
  const { own } = messagesFor(language).jobs;
  const works: OwnWork[] = [
    {
      name: 'retention',
      label: own.retention,
      trigger: everySpan(retention.everyMs),
      timeoutMs: HOUR_MS,
      run: ({ signal }) => pruning({ configuration, store, clock }, signal),
    },
    {
      name: 'resemblances',
      label: own.resemblances,
      trigger: everySpan(24 * HOUR_MS),
      timeoutMs: HOUR_MS,
      run: async () => ({ pairs: await compareIssues() }),
    },
    usageReport,
  ];
  works.push({
    name: 'coordination',
    label: own.coordination,
    trigger: everySpan(24 * HOUR_MS),
    timeoutMs: HOUR_MS,
    run: ({ signal }) => coordination.learn(signal),
  });
  const reporting = reportTrigger(configuration);
  if (reporting !== null) {
    if (reporting.kind === 'cron') checkTrigger(reporting, { key: 'reports' });
    works.push({
      name: 'reports',
      label: own.reports,
      trigger: reporting,
      timeoutMs: HOUR_MS,
      run: ({ signal }) => telling.makeReports(signal),
    });
  }
  if (reports.digestAt !== null)
    works.push({
      name: 'digest',
      label: own.digest,
      trigger: dailyAt(reports.digestAt, timeZone),
      timeoutMs: HOUR_MS,
      run: telling.queueDigest,
    });
  const looks = [
    documentsWork({ configuration, folder, clock }),
    failingCallsWork({ configuration, index: store.index, clock }),
  ];
  works.push(...looks.filter((work) => work !== null));
  if (notify.drill)
    works.push({
      name: 'drill',
      label: own.drill,
      trigger: { kind: 'cron', pattern: '0 10 1 * *', timeZone, gap: 'run-after', overlap: 'once' },
      timeoutMs: HOUR_MS,
      run: async () => ({ messages: (await telling.drill()).length }),
    });
  return works;
}
