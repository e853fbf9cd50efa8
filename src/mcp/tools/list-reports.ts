import { z } from 'zod';
import { projectId, projectSlugs } from '../projects.ts';
import { reportFields, reportFieldsOf, reportText } from '../report-fields.ts';
import { cursor, limit, nextCursor, project, service } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { paragraphs } from '../untrusted-text.ts';

export const listReports = defineTool({
  name: 'list_reports',
  title: 'List reports',
  description:
    'The reports that were made of the watched services, newest first. "could not look" stands for a look that failed. Read one with get_report.',
  scope: 'read',
  input: z.strictObject({
    project,
    service,
    status: z.enum(['OK', 'DEGRADED', 'CRITICAL', 'could not look']).optional(),
    limit: limit(50, 20),
    cursor,
  }),
  output: z.strictObject({ reports: z.array(reportFields), nextCursor }),
  async run(input, { options }) {
    const page = await options.reports.list({
      projectId: await projectId(input.project, options),
      service: input.service ?? null,
      status: input.status ?? null,
      cursor: input.cursor ?? null,
      limit: input.limit,
    });
    const slugOf = await projectSlugs(options);
    const reports = page.items.slice(0, input.limit).map((report) => reportFieldsOf(report, slugOf));
    return {
      text: paragraphs(
        reports.length === 0 ? 'No report matches.' : `${reports.length} reports.`,
        ...reports.map((report) => reportText(report, options.messages)),
        page.nextCursor === null ? null : 'More: call again with nextCursor.',
      ),
      data: { reports, nextCursor: page.nextCursor },
    };
  },
});
