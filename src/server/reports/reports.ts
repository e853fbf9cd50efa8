import type { z } from 'zod';
import type { ReportSummary, reportListQuery, reportRequest } from '../../contracts/api/reports.ts';
import type { Page } from '../../core/issues/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';
import { projectIdOf, projectSlugs } from '../find-project.ts';
import { reportSummaryView } from '../views/report-view.ts';

export async function listReports(
  context: AppContext,
  query: z.output<typeof reportListQuery>,
): Promise<Page<ReportSummary>> {
  const { store, clock } = context.var.services;
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
  });
}

const TYPE = { json: 'application/json', html: 'text/html', text: 'text/plain', markdown: 'text/markdown' };
/** A page by itself: its inline styles, and nothing else, not even a script of ours. */
const REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

export async function reportContent(context: AppContext, id: string, format: keyof typeof TYPE) {
  const { services, messages, language } = context.var;
  const report = await services.store.reports.get(id);
  if (!report) throw new GuardianError('not_found', { path: messages.server.things.report(id.slice(0, 100)) });
  const { content, about } = report;
  if (!content) throw new GuardianError('conflict', { reason: about.problem ?? messages.server.reasons.noContent });
  const body = format === 'json' ? JSON.stringify(content) : await services.renderReport(content, format, language);
  const headers: Record<string, string> = { 'content-type': `${TYPE[format]}; charset=utf-8` };
  if (format === 'html') headers['content-security-policy'] = REPORT_POLICY;
  return { body, headers };
}
