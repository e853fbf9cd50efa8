import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import * as notify from '../core/notify/index.ts';
import { composeReportMail, occasionOf, type Report, type StoredReport } from '../core/reports/index.ts';
import { type Clock, GuardianError, messagesFor } from '../core/shared/index.ts';
import type { Round } from './rounds.ts';
import type { MadeReport, ReportRequest } from './work-methods.ts';

export interface TellingOptions {
  configuration: settings.Configuration;
  store: Store;
  channel: notify.MailChannel;
  makeReport(request: ReportRequest): Promise<MadeReport>;
  onChange(change: Change): void;
  onFailure(what: string, error: GuardianError): void;
  clock: Clock;
}

/** A service that breaks in many ways at once is one CRITICAL report, not one for each issue. */
const CRITICAL_REPORT_GAP_MS = 5 * 60 * 1000;
/** Severity from which an issue is told at once. */
const CRITICAL = 18;
const DAY_MS = 24 * 60 * 60 * 1000;
const HISTORY = 20;

/** Everything that turns what happened into reports and mails: rounds over the outbox, the schedule, the deliveries. */
export function tellingRounds(options: TellingOptions): Round[] {
  const { configuration, store, channel, clock } = options;
  const { language, mail } = configuration;
  const messages = messagesFor(language);
  const recipients = settings.recipientsOf(configuration);
  const deliverer = notify.createDeliverer({
    store: watchedDeliveries(),
    channel,
    clock,
    onFailure: (error, { recipient }) => options.onFailure(`mail to ${recipient}`, error),
  });
  const rounds: Round[] = [
    { name: 'outbox', everyMs: 1_000, run: takeOutbox },
    { name: 'deliveries', everyMs: 2_000, run: async () => void (await deliverer.pass()) },
    { name: 'digest', everyMs: 60_000, run: digest },
  ];
  if (configuration.reports.everyMs !== null) rounds.push({ name: 'reports', everyMs: 15_000, run: scheduledReports });
  return rounds;

  async function takeOutbox(): Promise<void> {
    const rows = await store.outbox.due(
      ['issue-opened', 'issue-regressed', 'issue-escalated', 'issue-changed', 'report-made'],
      100,
    );
    for (const row of rows) {
      if (row.kind === 'report-made') await mailReport(row.subjectId);
      else if (row.kind !== 'issue-changed' && isCritical(row)) await reportAtOnce(row);
      if (row.kind !== 'report-made') options.onChange({ kind: 'issue', id: row.subjectId, action: row.kind });
      await store.outbox.done([row.id], clock.now());
    }
  }

  function isCritical({ payload }: notify.OutboxRow): boolean {
    return typeof payload?.signal === 'string' || Number(payload?.severity ?? 0) >= CRITICAL;
  }

  async function reportAtOnce({ projectId, payload }: notify.OutboxRow): Promise<void> {
    if (!configuration.reports.onCritical) return;
    const service = typeof payload?.service === 'string' ? payload.service : null;
    const newest = await store.reports.list({ projectId, service, status: null, cursor: null, limit: HISTORY });
    const isRecent = newest.items.some(
      ({ occasion, madeAt }) => occasion === 'critical' && madeAt > clock.now() - CRITICAL_REPORT_GAP_MS,
    );
    if (isRecent) return;
    await make({ projectId, service, freshness: '1h', occasion: 'critical', intervalMs: null });
  }

  async function scheduledReports(signal: AbortSignal): Promise<void> {
    const everyMs = configuration.reports.everyMs!;
    const name = 'reports.lastRound';
    const last = Number((await store.settings.get(name)) ?? 0);
    const now = clock.now();
    if (now - last < everyMs) return;
    await store.settings.set(name, now - (now % 1_000));
    for (const { projectId, service, eventsLastDay } of await store.activity.services(now)) {
      if (signal.aborted) return;
      if (eventsLastDay === 0) continue;
      const { freshness } = configuration.reports;
      await make({ projectId, service, freshness, occasion: 'schedule', intervalMs: everyMs });
    }
  }

  async function make(request: ReportRequest): Promise<void> {
    const { stored } = await options.makeReport(request);
    options.onChange({ kind: 'report', id: stored.id, status: stored.status });
  }

  async function mailReport(id: string): Promise<void> {
    const found = await store.reports.get(id);
    if (!found || !mail.enabled || recipients.length === 0) return;
    if (found.content === null) return tellFailed(found.about);
    await queue(found.about, found.content);
  }

  async function queue(about: StoredReport, content: Report): Promise<void> {
    const now = clock.now();
    const service = about.service ?? content.service;
    const results = await notify.queueReport({
      reportId: about.id,
      service,
      occasion: { ...occasionOf(content), now },
      recipients,
      store: store.deliveries,
      compose: () => ({
        subject: notify.mailSubject(content.status, now, settings.subjectOptionsOf(configuration, service)),
        ...composeReportMail(content, {
          messages,
          language,
          htmlBytes: configuration.report.mailHtmlBytes,
          markdownTokens: configuration.report.markdownTokens,
        }),
        date: now,
        language,
      }),
    });
    if (results.some(({ isQueued }) => isQueued))
      options.onChange({ kind: 'delivery', id: about.id, state: 'pending' });
  }

  /** Two looks in a row that failed are told; then silence for the cool-down. */
  async function tellFailed({ projectId, service, madeAt, problem }: StoredReport): Promise<void> {
    const { items } = await store.reports.list({ projectId, service, status: null, cursor: null, limit: HISTORY });
    const failed = items.filter((report) => report.madeAt <= madeAt);
    const inRow = failed.findIndex(({ status }) => status !== 'could not look');
    const row = inRow < 0 ? failed.length : inRow;
    if (row < mail.failedLooks) return;
    const watched = service ?? 'Guardian';
    const error = new GuardianError('source_unavailable', { reason: problem ?? '' });
    const subject = settings.subjectOptionsOf(configuration, service);
    const message = notify.failedLookMessage(watched, error, { messages, language, subject, date: clock.now() });
    for (const { address } of recipients) {
      const occasion = `could-not-look:${watched}:${Math.floor(clock.now() / mail.coolDownMs)}`;
      await queueMessage(occasion, address, message, { service: watched, status: 'CRITICAL', issues: [] });
    }
  }

  async function queueMessage(
    occasion: string,
    recipient: string,
    message: notify.MailMessage,
    about: notify.Delivery['about'],
  ) {
    const id = notify.deliveryId(occasion, recipient);
    await store.deliveries.queue({ id, occasion, channel: 'email', recipient, message, about, createdAt: clock.now() });
  }

  /** Once a day: what the day was, for those whom the cool-down kept from hearing each report. */
  async function digest(): Promise<void> {
    const { digestAt } = configuration.reports;
    if (digestAt === null || !mail.enabled || recipients.length === 0) return;
    const due = notify.digestDueAt(clock.now(), digestAt, configuration.timeZone);
    const last = Number((await store.settings.get('digest.last')) ?? 0);
    if (last >= due) return;
    // The first start owes nobody a digest of the time before it.
    if (last > 0) await queueDigest(due);
    await store.settings.set('digest.last', due);
  }

  async function queueDigest(due: number): Promise<void> {
    const entries: notify.DigestEntry[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.reports.list({ projectId: null, service: null, status: null, cursor, limit: 200 });
      const inDay = page.items.filter(({ madeAt }) => madeAt > due - DAY_MS && madeAt <= due);
      entries.push(
        ...inDay.map(({ service, status, madeAt, errors }) => ({ service: service ?? '', status, madeAt, errors })),
      );
      cursor = page.items.some(({ madeAt }) => madeAt > due - DAY_MS) ? page.nextCursor : null;
    } while (cursor !== null);
    const subject = settings.subjectOptionsOf(configuration, null);
    const url = configuration.server.publicUrl;
    const message = notify.digestMessage({
      entries,
      messages,
      language,
      subject,
      date: clock.now(),
      url: url && `${url}/reports`,
    });
    if (!message) return;
    for (const { address } of recipients) {
      await queueMessage(`digest:${due}`, address, message, { service: '', status: 'OK', issues: [] });
    }
  }

  /** Screens hear of every delivery that moved. */
  function watchedDeliveries(): notify.DeliveryStore {
    const { deliveries } = store;
    return {
      ...deliveries,
      async settle(id, result) {
        await deliveries.settle(id, result);
        options.onChange({ kind: 'delivery', id, state: result.state });
      },
    };
  }
}
