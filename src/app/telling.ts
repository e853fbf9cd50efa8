import type { Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { Change } from '../contracts/api/overview.ts';
import * as notify from '../core/notify/index.ts';
import type { Report, StoredReport } from '../core/reports/index.ts';
import { type Clock, GuardianError, messagesFor, toGuardianError } from '../core/shared/index.ts';
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
/** Newest reports of a service that are looked at. */
const HISTORY = 100;
/** Rows of the outbox taken at a time. */
const ROWS = 100;
const ISSUE_KINDS = ['issue-opened', 'issue-regressed', 'issue-escalated', 'issue-changed'];
const COULD_NOT_LOOK = 'could-not-look:';

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
    { name: 'deliveries', everyMs: 2_000, run: async (signal) => void (await deliverer.pass(signal)) },
    { name: 'digest', everyMs: 60_000, run: digest },
  ];
  if (configuration.reports.everyMs !== null) rounds.push({ name: 'reports', everyMs: 15_000, run: scheduledReports });
  return rounds;

  async function takeOutbox(signal: AbortSignal): Promise<void> {
    // Apart: rows that wait for the gap between reports must not keep back the mails of those that were made.
    await takeRows(['report-made'], signal, async ({ subjectId }) => {
      await mailReport(subjectId);
      return true;
    });
    await takeRows(ISSUE_KINDS, signal, async (row) => {
      if (isNews(row) && !(await reportAtOnce(row))) return false;
      options.onChange({ kind: 'issue', id: row.subjectId, action: row.kind });
      return true;
    });
  }

  /** A row is done when it was taken up; one that fails for good is told, and done too, for it would keep back all behind it. */
  async function takeRows(
    kinds: readonly string[],
    signal: AbortSignal,
    take: (row: notify.OutboxRow) => Promise<boolean>,
  ): Promise<void> {
    for (const row of await store.outbox.due(kinds, ROWS)) {
      if (signal.aborted) return;
      const isDone = await take(row).catch((thrown) => {
        const error = toGuardianError(thrown);
        if (error.kind.isRetryable) throw error;
        options.onFailure(`${row.kind} ${row.subjectId}`, error);
        return true;
      });
      if (isDone) await store.outbox.done([row.id], clock.now());
    }
  }

  /** It came at CRITICAL, or became so: the platform often tells of a death after the requests that it cost. */
  function isNews({ kind, payload }: notify.OutboxRow): boolean {
    if (!isCritical(payload?.severity, payload?.signal)) return false;
    if (kind !== 'issue-changed') return true;
    return payload?.action === 'graver' && !isCritical(payload.formerSeverity, payload.formerSignal);
  }

  function isCritical(severity: unknown, signal: unknown): boolean {
    return typeof signal === 'string' || Number(severity ?? 0) >= CRITICAL;
  }

  /** False: the last such report is too recent, and tells nothing of this one; its turn comes when the gap is over. */
  async function reportAtOnce({ projectId, payload, at }: notify.OutboxRow): Promise<boolean> {
    if (!configuration.reports.onCritical) return true;
    const service = typeof payload?.service === 'string' ? payload.service : null;
    const { items } = await newestReports(projectId, service);
    const last = items.find(({ occasion }) => occasion === 'critical');
    if (last && last.madeAt >= at) return true;
    if (last && last.madeAt > clock.now() - CRITICAL_REPORT_GAP_MS) return false;
    await make({ projectId, service, freshness: '1h', occasion: 'critical', intervalMs: null });
    return true;
  }

  /** Newest first. */
  function newestReports(projectId: number | null, service: string | null) {
    return store.reports.list({ projectId, service, status: null, cursor: null, limit: HISTORY });
  }

  async function scheduledReports(signal: AbortSignal): Promise<void> {
    const everyMs = configuration.reports.everyMs!;
    const name = 'reports.lastRound';
    const last = Number((await store.settings.get(name)) ?? 0);
    const now = clock.now();
    if (last > 0 && now - last < everyMs) return;
    // Whole intervals, so that the moments of looking do not make the day drift.
    await store.settings.set(name, last > 0 ? now - ((now - last) % everyMs) : now);
    // Right after the first start nothing has been seen that a report could tell of.
    if (last === 0) return;
    for (const { projectId, service, eventsLastDay } of await store.activity.services(now)) {
      if (signal.aborted) return;
      if (eventsLastDay === 0) continue;
      const { freshness } = configuration.reports;
      const request = { projectId, service, freshness, occasion: 'schedule', intervalMs: everyMs } as const;
      // One service that cannot be reported on must not hide the others.
      await make(request).catch((thrown) => options.onFailure(`report on ${service}`, toGuardianError(thrown)));
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
    const { composeReportMail, occasionOf } = await import('../core/reports/index.ts');
    const results = await notify.queueReport({
      reportId: about.id,
      service,
      occasion: { ...toldOnce(occasionOf(content), content), now },
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

  /** Two looks in a row that failed are told; then silence for the cool-down, or until one that succeeds ends the outage. */
  async function tellFailed({ id, projectId, service, madeAt, problem }: StoredReport): Promise<void> {
    const { items } = await newestReports(projectId, service);
    const looks = items.filter((look) => look.service === service && look.madeAt <= madeAt);
    const lastGood = looks.findIndex(({ status }) => status !== 'could not look');
    const outage = lastGood < 0 ? looks : looks.slice(0, lastGood);
    if (outage.length < Math.min(mail.failedLooks, HISTORY)) return;
    const since = outage.at(-1)?.madeAt ?? madeAt;
    const watched = service ?? 'Guardian';
    const now = clock.now();
    const error = new GuardianError('source_unavailable', { reason: problem ?? '' });
    const subject = settings.subjectOptionsOf(configuration, service);
    const message = notify.failedLookMessage(watched, error, { messages, language, subject, date: now });
    for (const { address } of recipients) {
      const last = await store.deliveries.last(watched, address);
      const told = last?.occasion.startsWith(COULD_NOT_LOOK) && last.createdAt >= since ? last.createdAt : null;
      if (told !== null && now < told + mail.coolDownMs) continue;
      // It says nothing of how the service is: whatever the next report finds is news.
      await queueMessage(`${COULD_NOT_LOOK}${id}`, address, message, { service: watched, status: 'OK', issues: [] });
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

  /** Of the time since the digest before: a day, which has an hour less or more when the clocks change. */
  async function queueDigest(due: number): Promise<void> {
    const since = notify.digestDueAt(due - 1, configuration.reports.digestAt!, configuration.timeZone);
    const entries: notify.DigestEntry[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.reports.list({ projectId: null, service: null, status: null, cursor, limit: 200 });
      const inDay = page.items.filter(({ madeAt }) => madeAt > since && madeAt <= due);
      entries.push(
        ...inDay.map(({ service, status, madeAt, errors }) => ({ service: service ?? '', status, madeAt, errors })),
      );
      cursor = page.items.some(({ madeAt }) => madeAt > since) ? page.nextCursor : null;
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

/** An issue stays regressed until somebody resolves it: that is news once, not with every report. */
function toldOnce<T extends { issues: string[]; hasRegression: boolean }>(occasion: T, { issues }: Report): T {
  const regressed = issues.filter((issue) => issue.is_regression).map(({ fingerprint }) => `${fingerprint} regressed`);
  return { ...occasion, issues: [...occasion.issues, ...regressed], hasRegression: false };
}
