import type { AlertSummary } from '../../contracts/api/alerts.ts';
import type { Alert } from '../../core/alerts/index.ts';
import { nextSendWords } from '../../core/alerts/index.ts';
import { type Messages, momentIn, type PeopleLanguage, textFor, toInstant } from '../../core/shared/index.ts';

const instantOrNull = (time: number | null | undefined) =>
  time === null || time === undefined ? null : toInstant(time);

export interface AlertReaderOptions {
  slugOf(projectId: number | null): string | null;
  messages: Messages;
  language: PeopleLanguage;
  /** IANA zone in which the next sending is said. */
  timeZone: string;
}

/** The one row that screens, mails and other programs read. */
export function alertView(alert: Alert, { slugOf, messages, language, timeZone }: AlertReaderOptions): AlertSummary {
  const { acknowledged, resolved, said } = alert;
  const format = (at: number) => momentIn(at, { language, timeZone });
  return {
    id: alert.id,
    number: alert.number,
    project: slugOf(alert.projectId),
    rule: alert.rule,
    dedupeKey: alert.dedupeKey,
    type: alert.type,
    severity: alert.severity,
    state: alert.state,
    isArchived: alert.isArchived,
    subject: { ...alert.subject, labels: { ...alert.subject.labels } },
    value: alert.value,
    unit: alert.unit,
    valueText: valueText(alert, messages),
    threshold: textFor(alert.threshold, said?.threshold, messages),
    description: textFor(alert.description, said?.description, messages),
    advice: textFor(alert.advice, said?.advice, messages),
    firstSeen: toInstant(alert.firstSeen),
    lastSeen: toInstant(alert.lastSeen),
    count: alert.count,
    firing: alert.firing,
    firingSince: toInstant(alert.firingSince),
    acknowledgedBy: acknowledged?.by ?? null,
    acknowledgedUntil: instantOrNull(acknowledged?.until),
    resolvedAt: instantOrNull(resolved?.at),
    resolvedBy: resolved?.by ?? null,
    notes: resolved?.notes ?? null,
    nextSendAt: instantOrNull(alert.nextSendAt),
    nextSend: alert.nextSendAt === null ? null : nextSendWords(alert, messages.alerts, format),
  };
}

/** What was never measured (a text, a part that fails) has no value that could be unknown. */
function valueText({ value, unit, threshold }: Alert, { alerts }: Messages): string | null {
  return value === null && unit === null && threshold === null ? null : alerts.valueOf(value, unit);
}
