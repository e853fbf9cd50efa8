import type { OutboxRow } from '../../core/notify/index.ts';
import { toGuardianError } from '../../core/shared/index.ts';
import { newestReports } from './newest-reports.ts';
import type { TellingOptions } from './options.ts';
import type { ReportMails } from './report-mails.ts';

/** A service that breaks in many ways at once is one CRITICAL report, not one for each issue. */
const CRITICAL_REPORT_GAP_MS = 5 * 60 * 1000;
/** Severity from which an issue is told at once. */
const CRITICAL = 18;
/** Rows of the outbox taken at a time. */
const ROWS = 100;
const ISSUE_KINDS = ['issue-opened', 'issue-regressed', 'issue-escalated', 'issue-changed'];

/** What issues, reports and deployments lead to beside notifications: a report at once, the mails of a report, what screens hear. */
export function createTakenRows(
  { configuration, store, clock, onChange, onFailure }: TellingOptions,
  { mailReport, make }: Pick<ReportMails, 'mailReport'> & { make(request: MakeRequest): Promise<void> },
) {
  return async (signal: AbortSignal): Promise<void> => {
    // Apart: rows that wait for the gap between reports must not keep back the mails of those that were made.
    await takeRows(['report-made'], signal, async ({ subjectId }) => {
      await mailReport(subjectId);
      return true;
    });
    await takeRows(['report-wanted'], signal, reportAtOnce);
    await takeRows(ISSUE_KINDS, signal, async (row) => {
      if (isNews(row) && !(await reportAtOnce(row))) return false;
      onChange({ kind: 'issue', id: row.subjectId, action: row.kind });
      return true;
    });
  };

  /** A row is done when it was taken up; one that fails for good is told, and done too, for it would keep back all behind it. */
  async function takeRows(
    kinds: readonly string[],
    signal: AbortSignal,
    take: (row: OutboxRow) => Promise<boolean>,
  ): Promise<void> {
    for (const row of await store.outbox.due(kinds, ROWS)) {
      if (signal.aborted) return;
      const isDone = await take(row).catch((thrown) => {
        const error = toGuardianError(thrown);
        if (error.kind.isRetryable) throw error;
        onFailure(`${row.kind} ${row.subjectId}`, error);
        return true;
      });
      if (isDone) await store.outbox.done([row.id], clock.now());
    }
  }

  /** False: the last such report is too recent, and tells nothing of this one; its turn comes when the gap is over. */
  async function reportAtOnce({ projectId, payload, at }: OutboxRow): Promise<boolean> {
    if (!configuration.reports.onCritical) return true;
    const service = typeof payload?.service === 'string' ? payload.service : null;
    const { items } = await newestReports(store, projectId, service);
    const last = items.find(({ occasion }) => occasion === 'critical');
    if (last && last.madeAt >= at) return true;
    if (last && last.madeAt > clock.now() - CRITICAL_REPORT_GAP_MS) return false;
    await make({ projectId, service, freshness: '1h', occasion: 'critical', intervalMs: null });
    return true;
  }
}

type MakeRequest = Parameters<TellingOptions['makeReport']>[0];

/** It came at CRITICAL, or became so: the platform often tells of a death after the requests that it cost. */
function isNews({ kind, payload }: OutboxRow): boolean {
  if (!isCritical(payload?.severity, payload?.signal)) return false;
  if (kind !== 'issue-changed') return true;
  return payload?.action === 'graver' && !isCritical(payload.formerSeverity, payload.formerSignal);
}

function isCritical(severity: unknown, signal: unknown): boolean {
  return typeof signal === 'string' || Number(severity ?? 0) >= CRITICAL;
}
