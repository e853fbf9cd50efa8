import type { ReportSummary } from '../../contracts/api/reports.ts';
import { isStaleReport, type StaleRule, type StoredReport } from '../../core/reports/ports.ts';
import { toInstant } from '../../core/shared/index.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

/** `newest`: the newest report of its service is this one; an older one is not stale, it is history. */
export function reportSummaryView(
  report: StoredReport,
  {
    project,
    now,
    isNewest,
    dueAfter = () => null,
  }: { project: string | null; now: number; isNewest: boolean; dueAfter?: StaleRule['dueAfter'] | undefined },
): ReportSummary {
  const { id, service, status, occasion, errors, warnings, problem, madeAt } = report;
  return {
    id,
    project,
    service,
    status,
    occasion,
    from: instantOrNull(report.from),
    to: instantOrNull(report.to),
    madeAt: toInstant(madeAt),
    errors,
    warnings,
    isStale: isNewest && isStaleReport(report, { now, dueAfter }),
    problem,
  };
}
