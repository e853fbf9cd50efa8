import type { z } from 'zod';
import type { DeliverySummary, deliveryDetail, ReportSummary } from '../../contracts/api/reports.ts';
import type { Delivery } from '../../core/notify/index.ts';
import type { StoredReport } from '../../core/reports/index.ts';
import { toInstant } from '../../core/shared/index.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

/** `newest`: the newest report of its service is this one; an older one is not stale, it is history. */
export function reportSummaryView(
  report: StoredReport,
  { project, now, isNewest }: { project: string | null; now: number; isNewest: boolean },
): ReportSummary {
  const { id, service, status, occasion, errors, warnings, problem, intervalMs, madeAt } = report;
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
    isStale: isNewest && intervalMs !== null && now - madeAt > intervalMs,
    problem,
  };
}

export function deliverySummaryView(delivery: Delivery): DeliverySummary {
  const { id, occasion, channel, recipient, message, state, attempts, lastError, receipt } = delivery;
  const isWaiting = state === 'pending' || state === 'sending';
  return {
    id,
    occasion,
    channel,
    recipient,
    subject: message.subject,
    state,
    attempts,
    createdAt: toInstant(delivery.createdAt),
    sentAt: instantOrNull(delivery.sentAt),
    nextAttemptAt: isWaiting ? toInstant(delivery.nextAttemptAt) : null,
    lastError,
    receipt,
  };
}

export function deliveryDetailView(delivery: Delivery): z.infer<typeof deliveryDetail> {
  const { text, html } = delivery.message;
  return { ...deliverySummaryView(delivery), text, html: html === '' ? null : html };
}
