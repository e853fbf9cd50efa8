import type { MetricBook } from '../../adapters/metrics/index.ts';
import type { Change } from '../../contracts/api/overview.ts';
import type { CounterName, LabelsGiven } from '../../contracts/metrics.ts';

type Given<Name extends CounterName, Label extends keyof LabelsGiven<Name>> = LabelsGiven<Name>[Label];

const ENDED: ReadonlySet<string> = new Set<Given<'guardian_job_runs_total', 'status'>>([
  'success',
  'warning',
  'error',
  'skipped',
  'upstream_failed',
  'cancelled',
  'timed_out',
]);
/** Rows of the outbox that tell of issues are called so. */
const ISSUE_ROW = 'issue-';

/**
 * Counts what happens by what screens are told of it: each is told once, by the node where it happened. A state outside the list is counted as `other`.
 */
export function countChanges(book: MetricBook): (change: Change) => void {
  return (change) => {
    if (change.kind === 'run') {
      if (!ENDED.has(change.status)) return;
      const status = change.status as Given<'guardian_job_runs_total', 'status'>;
      book.count('guardian_job_runs_total', { status });
    } else if (change.kind === 'delivery') {
      const state = change.state as Given<'guardian_delivery_changes_total', 'state'>;
      book.count('guardian_delivery_changes_total', { state });
    } else if (change.kind === 'alert') {
      const state = change.state as Given<'guardian_alert_changes_total', 'state'>;
      book.count('guardian_alert_changes_total', { state });
    } else if (change.kind === 'report') {
      const status = change.status as Given<'guardian_reports_total', 'status'>;
      book.count('guardian_reports_total', { status });
    } else if (change.kind === 'issue' && change.action.startsWith(ISSUE_ROW)) {
      // Screens also hear of a change as it is made; its row of the outbox comes once, whoever made it.
      const action = change.action.slice(ISSUE_ROW.length) as Given<'guardian_issue_changes_total', 'action'>;
      book.count('guardian_issue_changes_total', { action });
    }
  };
}
