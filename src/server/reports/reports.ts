import type { z } from 'zod';
import type { ReportSummary, reportListQuery, reportRequest } from '../../contracts/api/reports.ts';
import type { Page } from '../../core/issues/index.ts';
import { GuardianError, messagesFor, type PeopleLanguage } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { projectIdOf, projectSlugs } from '../find-project.ts';
import { reportSummaryView } from '../views/report-view.ts';
import { unifiedOf } from './unified.ts';

export async function listReports(
  context: AppContext,
  query: z.output<typeof reportListQuery>,
): Promise<Page<ReportSummary>> {
  const { store, clock, dueAfter } = context.var.services;
  const [page, newest] = await Promise.all([
    store.reports.list({
      projectId: await projectIdOf(context, query.project),
      service: query.service ?? null,
      status: query.status ?? null,
      cursor: query.cursor ?? null,
      limit: query.limit,
    }),
    store.reports.newest(),
  ]);
  const latest = new Set(newest.map(({ id }) => id));
  const slug = await projectSlugs(context);
  const view = (report: (typeof page.items)[number]) =>
    reportSummaryView(report, {
      project: slug(report.projectId),
      now: clock.now(),
      isNewest: latest.has(report.id),
      dueAfter,
    });
  return { items: page.items.map(view), nextCursor: page.nextCursor, total: null };
}

export async function makeReport(
  context: AppContext,
  asked: z.output<typeof reportRequest>,
  occasion: 'demand' | 'trigger',
): Promise<ReportSummary> {
  const { services } = context.var;
  const projectId = await projectIdOf(context, asked.project);
  const { freshness, service = null } = asked;
  const report = await services.makeReport({ projectId, service, freshness, occasion });
  return reportSummaryView(report, {
    project: (await projectSlugs(context))(report.projectId),
    now: services.clock.now(),
    isNewest: true,
    dueAfter: services.dueAfter,
  });
}

export const REPORT_FORMATS = ['json', 'html', 'text', 'markdown'] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];
const TYPE: Record<ReportFormat, string> = {
  json: 'application/json',
  html: 'text/html',
  text: 'text/plain',
  markdown: 'text/markdown',
};
/** A page by itself: its inline styles, and nothing else, not even a script of ours. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

export async function reportContent(context: AppContext, id: string, format: ReportFormat) {
  const { services, messages, language } = context.var;
  const report = await services.store.reports.get(id);
  if (!report) throw new GuardianError('not_found', { path: messages.server.things.report(id.slice(0, 100)) });
  const { content, about } = report;
  if (!content) throw new GuardianError('conflict', { reason: about.problem ?? messages.server.reasons.noContent });
  const body = format === 'json' ? JSON.stringify(content) : await services.renderReport(content, format, language);
  return { body, headers: headersOf(format) };
}

/** Everything in one, made anew at every look: nothing of it is kept. */
export async function unifiedContent(context: AppContext, format: ReportFormat) {
  const { messages, language } = context.var;
  const report = await unifiedOf(context);
  if (format === 'json') return { body: JSON.stringify(report), headers: headersOf(format) };
  const { renderUnified } = await import('../../core/reports/index.ts');
  return { body: renderUnified(report, format, { messages, language }), headers: headersOf(format) };
}

/** A link cannot ask for a language by a header: what it names is that of the reader. */
export function readIn(context: AppContext, language: PeopleLanguage | undefined): void {
  if (language === undefined) return;
  context.set('language', language);
  context.set('messages', messagesFor(language));
}

/** The first type of `Accept` that a report has; JSON for everything else. */
export function wantedFormat(accept: string | undefined): ReportFormat {
  const types = (accept ?? '').split(',').map((one) => one.split(';')[0]!.trim().toLowerCase());
  for (const type of types) {
    const format = REPORT_FORMATS.find((one) => TYPE[one] === type);
    if (format) return format;
  }
  return 'json';
}

function headersOf(format: ReportFormat): Record<string, string> {
  const type = { 'content-type': `${TYPE[format]}; charset=utf-8` };
  return format === 'html' ? { ...type, 'content-security-policy': REPORT_POLICY } : type;
}
