import { z } from 'zod';
import { type Report, renderReport } from '../../core/reports/index.ts';
import { projectId, projectSlugs } from '../projects.ts';
import { reportFields, reportFieldsOf, reportText } from '../report-fields.ts';
import { count, instant, issueState, project, service, textOrNull, untrusted } from '../schemas.ts';
import type { ToolContext } from '../tool.ts';
import { defineTool } from '../tool.ts';
import { refuse } from '../tool-error.ts';
import { clip } from '../untrusted-text.ts';

const ISSUES = 20;
const TOKENS = 6_000;
/** As the budget of the document counts. */
const BYTES_PER_TOKEN = 4;

const issueInReport = z.strictObject({
  id: z.string(),
  state: issueState,
  incidents: count,
  isNew: z.boolean(),
  isRegression: z.boolean(),
  firstSeen: instant,
  lastSeen: instant,
  untrusted: untrusted({ title: z.string(), type: textOrNull, file: textOrNull, line: z.int().nullable() }),
});

const contentFields = z.strictObject({
  entries: count.describe('log entries that were looked at'),
  isComplete: z.boolean().nullable().describe('the whole window was read; null: unknown'),
  incidents: count,
  issues: z.array(issueInReport),
  issuesLeftOut: count,
});

export const getReport = defineTool({
  name: 'get_report',
  title: 'Read a report',
  description:
    'The state of one service over one window, at most 6,000 tokens: status, the worst issues with evidence, recommendations. Without `report`: the newest one, of the project or service if they are given.',
  scope: 'read',
  input: z.strictObject({
    report: z.string().min(1).max(100).optional().describe('id of the report'),
    project,
    service,
  }),
  output: z.strictObject({
    report: reportFields,
    content: contentFields.nullable().describe('null when the look failed'),
  }),
  async run(input, context) {
    const { options } = context;
    const id = input.report ?? (await newestReport(input, context));
    const found = id === null ? null : await options.reports.get(id);
    if (!found) throw refuse('not_found', { path: 'such report' });
    const about = reportFieldsOf(found.about, await projectSlugs(options));
    const text = found.content === null ? reportText(about, options.messages) : markdownOf(found.content, options);
    return { text, data: { report: about, content: found.content && contentOf(found.content) } };
  },
});

/** By the template in use for reports; where that says more than an agent is promised, by the built-in one. */
function markdownOf(content: Report, { messages, templates }: ToolContext['options']): string {
  const options = { messages, language: 'en', htmlBytes: 0, markdownTokens: TOKENS } as const;
  const text = renderReport(content, 'markdown', templates === undefined ? options : { ...options, templates });
  return Buffer.byteLength(text) <= TOKENS * BYTES_PER_TOKEN ? text : renderReport(content, 'markdown', options);
}

async function newestReport(
  input: { project?: string | undefined; service?: string | undefined },
  { options }: ToolContext,
): Promise<string | null> {
  const page = await options.reports.list({
    projectId: await projectId(input.project, options),
    service: input.service ?? null,
    status: null,
    cursor: null,
    limit: 1,
  });
  return page.items[0]?.id ?? null;
}

function contentOf(report: Report): z.infer<typeof contentFields> {
  return {
    entries: report.logs_analyzed,
    isComplete: report.window.complete,
    incidents: report.incidents,
    issues: report.issues.slice(0, ISSUES).map((issue) => ({
      id: issue.id,
      state: issue.state,
      incidents: issue.incidents,
      isNew: issue.is_new,
      isRegression: issue.is_regression,
      firstSeen: issue.first_seen,
      lastSeen: issue.last_seen,
      untrusted: {
        title: clip(issue.title, 300),
        type: clip(issue.error_type, 200),
        file: clip(issue.location?.file ?? null, 300),
        line: issue.location?.line ?? null,
      },
    })),
    issuesLeftOut: Math.max(0, report.issues.length - ISSUES),
  };
}
