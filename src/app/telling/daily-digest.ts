import * as settings from '../../config/index.ts';
import * as notify from '../../core/notify/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import type { TellingOptions } from './options.ts';
import type { ReportMails } from './report-mails.ts';

/** It tells of every service, and keeps back nothing that is said of one. */
const ABOUT: notify.Delivery['about'] = { projectId: null, service: '', status: 'OK', issues: [] };

/** Once a day: what the day was, for those whom the cool-down kept from hearing each report. */
export function createDailyDigest(
  { configuration, store, clock, templates }: TellingOptions,
  { recipients, queueMessage }: Pick<ReportMails, 'recipients' | 'queueMessage'>,
) {
  const { digestAt } = configuration.reports;
  return async (): Promise<{ mails: number }> => {
    if (digestAt === null || !configuration.mail.enabled || recipients.length === 0) return { mails: 0 };
    const due = notify.digestDueAt(clock.now(), digestAt, configuration.timeZone);
    return { mails: await queueDigest(due, notify.digestDueAt(due - 1, digestAt, configuration.timeZone)) };
  };

  /** Of the time since the digest before: a day, which has an hour less or more when the clocks change. */
  async function queueDigest(due: number, since: number): Promise<number> {
    const { language, server } = configuration;
    const entries = await entriesOf(since, due);
    const compose = (minimumStatus: notify.MailPolicy['minimumStatus']) =>
      notify.digestMessage({
        ...{ entries, minimumStatus, messages: messagesFor(language), language, date: clock.now() },
        subject: settings.subjectOptionsOf(configuration, null),
        ...(templates === undefined ? {} : { templates }),
        url: server.publicUrl && `${server.publicUrl}/reports`,
      });
    const messages = { DEGRADED: compose('DEGRADED'), CRITICAL: compose('CRITICAL') };
    let mails = 0;
    for (const { address, policy } of recipients) {
      const message = messages[policy.minimumStatus];
      if (message === null) continue;
      await queueMessage(`digest:${due}`, address, message, ABOUT);
      mails++;
    }
    return mails;
  }

  async function entriesOf(since: number, due: number): Promise<notify.DigestEntry[]> {
    const projects = new Map((await store.projects.list()).map(({ id, name }) => [id, name]));
    const entries: notify.DigestEntry[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.reports.list({ projectId: null, service: null, status: null, cursor, limit: 200 });
      const inDay = page.items.filter(({ madeAt }) => madeAt > since && madeAt <= due);
      entries.push(
        ...inDay.map(({ projectId, service, status, madeAt, errors }) => ({
          project: projectId === null ? null : (projects.get(projectId) ?? null),
          service: service ?? '',
          ...{ status, madeAt, errors },
        })),
      );
      cursor = page.items.some(({ madeAt }) => madeAt > since) ? page.nextCursor : null;
    } while (cursor !== null);
    return entries;
  }
}
