import * as settings from '../../config/index.ts';
import * as notify from '../../core/notify/index.ts';
import type { Report, StoredReport } from '../../core/reports/index.ts';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import { HISTORY, newestReports } from './newest-reports.ts';
import type { TellingOptions } from './options.ts';

const COULD_NOT_LOOK = 'could-not-look:';

/** The mails of reports that were made: one row for each recipient whose policy wants it. */
export function createReportMails({ configuration, store, clock, templates, usageOf, onChange }: TellingOptions) {
  const { language, mail } = configuration;
  const messages = messagesFor(language);
  const recipients = settings.recipientsOf(configuration);

  return {
    recipients,
    queueMessage,
    async mailReport(id: string): Promise<void> {
      const found = await store.reports.get(id);
      if (!found || !mail.enabled || recipients.length === 0) return;
      if (found.content === null) return tellFailed(found.about);
      await queue(found.about, found.content);
    },
  };

  async function queue(about: StoredReport, content: Report): Promise<void> {
    const now = clock.now();
    const service = about.service ?? content.service;
    const { composeReportMail } = await import('../../core/reports/index.ts');
    const usage = await usageOf?.(service);
    const results = await notify.queueReport({
      reportId: about.id,
      projectId: about.projectId,
      service,
      occasion: { ...notify.occasionOf(content), now },
      recipients,
      store: store.deliveries,
      compose: () => ({
        subject: notify.mailSubject(content.status, now, settings.subjectOptionsOf(configuration, service)),
        ...composeReportMail(content, {
          messages,
          language,
          htmlBytes: configuration.report.mailHtmlBytes,
          markdownTokens: configuration.report.markdownTokens,
          ...(templates === undefined ? {} : { templates }),
          ...(usage === undefined ? {} : { usage }),
        }),
        date: now,
        language,
      }),
    });
    if (results.some(({ isQueued }) => isQueued)) onChange({ kind: 'delivery', id: about.id, state: 'pending' });
  }

  /** Two looks in a row that failed are told; then silence for the cool-down, or until one that succeeds ends the outage. */
  async function tellFailed({ id, projectId, service, madeAt, problem }: StoredReport): Promise<void> {
    const { items } = await newestReports(store, projectId, service);
    const outage = lastOutage(items.filter((look) => look.service === service && look.madeAt <= madeAt));
    if (outage.length < Math.min(mail.failedLooks, HISTORY)) return;
    const since = outage.at(-1)?.madeAt ?? madeAt;
    const watched = service ?? 'Guardian';
    const now = clock.now();
    const error = new GuardianError('source_unavailable', { reason: problem ?? '' });
    const subject = settings.subjectOptionsOf(configuration, service);
    const message = notify.failedLookMessage(watched, error, {
      ...{ messages, language, subject, date: now },
      ...(templates === undefined ? {} : { templates }),
    });
    const about = { projectId, service: watched };
    for (const { address } of recipients) {
      const told = await store.deliveries.told({ ...about, recipient: address, since: now - mail.coolDownMs });
      const [last] = told;
      if (last?.occasion.startsWith(COULD_NOT_LOOK) && last.at >= since) continue;
      // It says nothing of how the service is: whatever the next report finds is news.
      await queueMessage(`${COULD_NOT_LOOK}${id}`, address, message, { ...about, status: 'OK', issues: [] });
    }
  }

  async function queueMessage(
    occasion: string,
    recipient: string,
    message: notify.MailMessage,
    about: notify.Delivery['about'],
  ): Promise<void> {
    const id = notify.deliveryId(occasion, recipient);
    await store.deliveries.queue({ id, occasion, channel: 'email', recipient, message, about, createdAt: clock.now() });
  }
}

export type ReportMails = ReturnType<typeof createReportMails>;

/** Of looks, newest first: those that failed since one that did not. */
function lastOutage<T extends Pick<StoredReport, 'status'>>(looks: readonly T[]): readonly T[] {
  const lastGood = looks.findIndex(({ status }) => status !== 'could not look');
  return lastGood < 0 ? looks : looks.slice(0, lastGood);
}
