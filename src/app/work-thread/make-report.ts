import * as settings from '../../config/index.ts';
import { createEventPipeline, type EventPipeline } from '../../core/events/index.ts';
import * as reports from '../../core/reports/index.ts';
import { GuardianError, messagesFor, shortHash, toGuardianError } from '../../core/shared/index.ts';
import { createSourceWatch } from '../source-watch.ts';
import { newsOfReport } from '../telling/report-news.ts';
import type { MadeReport, ReportRequest } from '../work-methods.ts';
import { evidenceFor } from './gather-evidence.ts';
import type { WorkContext } from './work-context.ts';

type AboutReport = Omit<reports.StoredReport, 'status' | 'from' | 'to' | 'errors' | 'warnings' | 'problem'>;

/** Builds a report and stores it. A look that fails is a report too: it says that nothing could be seen, and why. */
export async function makeReport(context: WorkContext, request: ReportRequest): Promise<MadeReport> {
  const { configuration, clock } = context;
  const { projectId, service, occasion, intervalMs } = request;
  const madeAt = clock.now();
  const id = `report-${shortHash(`${madeAt}\u0000${projectId}\u0000${service}\u0000${occasion}`, 16)}`;
  const about = { id, projectId, service, occasion, intervalMs, madeAt };
  const { reports: kept } = await context.store();
  try {
    const { content, unseen } = await lookAt(context, request);
    if (unseen !== null) return await keepFailed(context, about, unseen);
    const stored: reports.StoredReport = {
      ...about,
      service: content.service,
      status: content.status,
      from: content.window.from === null ? null : Date.parse(content.window.from),
      to: content.window.to === null ? null : Date.parse(content.window.to),
      errors: content.summary.errors,
      warnings: content.summary.warnings,
      problem: null,
    };
    await kept.add(stored, content, newsOfReport(configuration, { ...stored, content, at: stored.madeAt }));
    return { stored, content };
  } catch (thrown) {
    const problem = toGuardianError(thrown).explain(messagesFor(configuration.language)).message;
    return keepFailed(context, about, problem);
  }
}

async function keepFailed(
  { configuration, store }: WorkContext,
  about: AboutReport,
  problem: string,
): Promise<MadeReport> {
  const failed = { from: null, to: null, errors: 0, warnings: 0, problem };
  const stored: reports.StoredReport = { ...about, ...failed, status: 'could not look' };
  const news = newsOfReport(configuration, { ...stored, content: null, at: stored.madeAt });
  await (await store()).reports.add(stored, null, news);
  return { stored, content: null };
}

/** `unseen`: nothing is wrong as far as was seen, but a source of the service shows nothing of the window. Null: what was seen is the answer. */
async function lookAt(
  context: WorkContext,
  { projectId, service, freshness }: ReportRequest,
): Promise<{ content: reports.Report; unseen: string | null }> {
  const { configuration, folder, clock, redactor, understanding } = context;
  const { index, standings, fold, settings: kept, sourceStates, projects } = await context.store();
  const window = reports.parseFreshness(freshness);
  if (!window) throw new GuardianError('usage_invalid', { reason: freshness });
  const from = window.kind === 'duration' ? clock.now() - window.ms : window.kind === 'instant' ? window.time : null;
  const watch = createSourceWatch({ configuration, folder, store: { sourceStates, projects, index } });
  const coverage = reports.coverageOf(await watch.statesFor({ projectId, service }), clock.now());
  const messages = messagesFor(configuration.language);
  const content = await reports.makeReport({
    coverage,
    source: reports.createStoredSource({
      ...{ index, standings, projectId, service, maxEvents: configuration.cloudLogging.entryLimit },
      unjudgedUntil: (await kept.get('events.unjudgedUntil')) as number | null,
    }),
    origin: 'live',
    freshness: window,
    openPipeline: () => passThrough(context),
    redactor,
    understanding,
    gatherEvidence: (found) => evidenceFor(context, { found, language: configuration.language, before: null }),
    recall: async (found) => {
      if (projectId !== null) await reports.recallIssues(found, { store: fold, projectId, from });
    },
    subject: { service, region: configuration.region, release: null, revision: configuration.revision },
    commands: configuration.commands,
    clock,
    messages,
    knobs: settings.reportKnobsOf(configuration),
  });
  const source = content.status === 'OK' ? reports.unseenSource(coverage, from) : null;
  const say = messages.reportFacts.window.cut;
  return { content, unseen: source && say.behind(source.name, source.position, source.detail) };
}

/** What is stored went through the pipeline when it came. */
function passThrough({ clock, redactor }: WorkContext): EventPipeline {
  const whole = createEventPipeline({ clock, redactor });
  return { ...whole, push: (stored) => [...stored], flush: () => [] };
}
