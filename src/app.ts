import { openMailChannel } from './adapters/channels/email/index.ts';
import { runChecks } from './adapters/diagnosis/run-checks.ts';
import { type HookCommand, installPrePushHook, openRepository, uninstallPrePushHook } from './adapters/git/index.ts';
import { createCloudLoggingSource } from './adapters/sources/cloud-logging/index.ts';
import { createFileSource, rereadable } from './adapters/sources/file/index.ts';
import { openDeliveryFile } from './adapters/store/delivery-file.ts';
import { openLookFile } from './adapters/store/look-file.ts';
import { type OwnTemplatesOptions, ownTemplates } from './app/templates/own-templates.ts';
import * as settings from './config/index.ts';
import type { Report } from './contracts/report.ts';
import * as events from './core/events/index.ts';
import { gatherEvidence, type RepositoryEvidence } from './core/evidence/index.ts';
import type { Issue, Understanding } from './core/issues/index.ts';
import * as notify from './core/notify/index.ts';
import * as reports from './core/reports/index.ts';
import { GuardianError, messagesFor, toGuardianError } from './core/shared/index.ts';

export interface LookRequest {
  /** Files, folders, `-`; empty: Cloud Logging of the configured project. */
  inputs: string[];
  /** Null: the configured one for Cloud Logging, everything for a saved log. */
  freshness: reports.Freshness | null;
  signal: AbortSignal;
  onProgress?: ((progress: events.SourceBatch['progress']) => void) | undefined;
  follow?: { onIssues(issues: Issue[]): void } | undefined;
}

export type Guardian = ReturnType<typeof openGuardian>;

/** Configuration → adapters → core. Nothing is opened before it is used. */
export function openGuardian(opening: OwnTemplatesOptions) {
  const { configuration, folder, clock } = opening;
  const { language, report, repository, cloudLogging, mail } = configuration;
  const messages = messagesFor(language);
  const places = settings.placesOf(configuration, folder);
  const frames = settings.frameOptionsOf(configuration);
  const environment = settings.processEnvironment();
  const own = ownTemplates(opening);
  const rendering = { messages, language, htmlBytes: report.htmlBytes, markdownTokens: report.markdownTokens };

  return {
    look,
    deliver,
    recordLook,
    diagnose,
    render: async (made: Report, format: reports.RenderFormat, terminal: { color?: boolean; columns?: number } = {}) =>
      reports.renderReport(made, format, { ...rendering, ...terminal, ...(await own()) }),
    hook: {
      install: (command: HookCommand) => installPrePushHook({ folder: places.repository, ...command }),
      uninstall: () => uninstallPrePushHook({ folder: places.repository }),
    },
  };

  async function look(request: LookRequest): Promise<Report> {
    // What is wrong with a template is said before anything is read.
    await own();
    const isLive = request.inputs.length === 0;
    const redactor = events.createRedactor(configuration.redaction);
    return reports.makeReport({
      source: isLive ? liveSource() : savedSource(request),
      origin: isLive ? 'live' : 'saved',
      freshness: request.freshness ?? reports.parseFreshness(isLive ? report.freshness : 'all')!,
      openPipeline: () => events.createEventPipeline({ clock, redactor }),
      redactor,
      understanding: {
        frameOrigin: events.createFrameOrigin(frames),
        ...settings.understandingLimitsOf(configuration),
      },
      gatherEvidence: evidenceFor,
      subject: { ...settings.subjectOf(configuration), release: null, revision: configuration.revision },
      commands: configuration.commands,
      clock,
      messages,
      knobs: settings.reportKnobsOf(configuration),
      signal: request.signal,
      onProgress: request.onProgress,
      onIssues: request.follow?.onIssues,
    });
  }

  async function evidenceFor(understanding: Understanding): Promise<RepositoryEvidence> {
    const opened = await openRepository(places.repository, { environment }).catch(toGuardianError);
    const isOpen = !(opened instanceof GuardianError);
    const isNamed = places.isRepositoryRequired;
    const problem = isOpen || !isNamed ? null : `${places.repository}: ${opened.about.reason ?? opened.code}`;
    try {
      return await gatherEvidence({
        understanding,
        repository: isOpen ? opened : null,
        repositoryProblem: problem,
        isRepositoryGuessed: !isNamed,
        messages,
        runningRevision: configuration.revision,
        revisionCommits: repository.revisions,
        previousRevision: repository.previousRevision,
        frameOrigin: frames,
        testCommand: repository.testCommand,
        limits: { recentCommits: report.listedCommits, snippetLines: report.snippetLines },
      });
    } finally {
      if (isOpen) opened.close();
    }
  }

  function savedSource({ inputs, freshness, follow }: LookRequest): events.Source {
    const paths = inputs.map((input) => settings.readablePath(input, folder));
    return createFileSource({
      ...configuration.file,
      paths,
      isFollowing: follow !== undefined,
      slowRequestMs: report.latencyAboveMs,
      clock,
      // A duration counts back from the newest entry: finding it takes one reading, the report another.
      ...(freshness?.kind === 'duration' ? { standardInput: rereadable(process.stdin) } : {}),
    });
  }

  function liveSource(): events.Source {
    const { project, entryLimit, pageTimeoutMs, accessToken, ...asked } = cloudLogging;
    if (!project) throw new GuardianError('usage_invalid', { reason: messages.cli.noInput });
    const limits = { maxEntries: entryLimit, pageTimeoutMs };
    const exportLimits = { slowRequestMs: report.latencyAboveMs };
    return createCloudLoggingSource({
      ...asked,
      project,
      ...settings.subjectOf(configuration),
      clock,
      limits,
      exportLimits,
      ...(accessToken ? { getAccessToken: async () => accessToken } : {}),
    });
  }

  async function deliver(made: Report, options: { isForced: boolean; isDryRun: boolean }) {
    const now = clock.now();
    const styled = { ...rendering, ...(await own()) };
    return withChannel((channel, isSending) =>
      notify.deliverReport({
        service: made.service,
        occasion: notify.occasionOf(made),
        recipients: settings.recipientsOf(configuration),
        compose: () => ({
          subject: notify.mailSubject(made.status, now, settings.subjectOptionsOf(configuration, made.service)),
          ...reports.composeReportMail(made, { ...styled, htmlBytes: report.mailHtmlBytes }),
          date: now,
          language,
        }),
        channel,
        log: openDeliveryFile(places.deliveries, { isSending }),
        clock,
        ...options,
      }),
    );
  }

  /** After each look of `send`: null when it succeeded. Tells people once looking has failed several times in a row. */
  async function recordLook(watched: string, failure: GuardianError | null) {
    const log = openLookFile(places.looks);
    if (!failure) return log.append({ at: clock.now(), watched, isOk: true, isTold: false }).then(() => []);
    const subject = settings.subjectOptionsOf(configuration, null);
    const compose = () =>
      notify.failedLookMessage(watched, failure, { messages, language, subject, date: clock.now() });
    const recipients = settings.recipientsOf(configuration).map(({ address }) => address);
    const policy = { failures: mail.failedLooks, coolDownMs: mail.coolDownMs };
    return withChannel((channel) =>
      notify.tellFailedLook({ watched, recipients, policy, compose, channel, log, clock }),
    );
  }

  async function withChannel<T>(use: (channel: notify.MailChannel, isSending: boolean) => Promise<T>): Promise<T> {
    const sending = settings.mailOptionsOf(configuration, messages);
    const channel = await openMailChannel({ ...sending, outboxFolder: places.outbox });
    return use(channel, sending.smtp !== null).finally(() => channel.close());
  }

  function diagnose({ isTestSent, signal }: { isTestSent: boolean; signal: AbortSignal }) {
    const subject = settings.subjectOptionsOf(configuration, null);
    const smtp = () => {
      const { smtp: server, sender } = settings.mailOptionsOf(configuration, messages);
      return server ? { ...server, sender } : null;
    };
    return runChecks({
      messages,
      clock,
      environment,
      dataFolder: places.data,
      repository: { folder: places.repository, isRequired: places.isRepositoryRequired },
      cloudLogging: cloudLogging.project ? { project: cloudLogging.project, source: liveSource() } : null,
      mail: {
        isEnabled: mail.enabled,
        smtp,
        outboxFolder: places.outbox,
        recipients: settings.recipientsOf(configuration).map(({ address }) => address),
        testMessage: isTestSent ? notify.testMessage({ messages, language, subject, date: clock.now() }) : null,
      },
      signal,
    });
  }
}
