import { z } from 'zod';
import { issueFields, issueFieldsOf, issueText } from '../issue-fields.ts';
import { projectId, projectSlugs } from '../projects.ts';
import {
  count,
  cursor,
  issueState,
  limit,
  nextCursor,
  project,
  service,
  severityClass,
  severityNumber,
} from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { paragraphs } from '../untrusted-text.ts';

export const listIssues = defineTool({
  name: 'list_issues',
  title: 'List or search issues',
  description:
    'Lists the issues of the watched services, or searches them by words, newest first unless sorted otherwise. An issue is one cause with all its incidents. Without `states`: those that are open, handed off or regressed. Read one whole with get_issue.',
  scope: 'read',
  input: z.strictObject({
    words: z
      .array(z.string().min(1).max(100))
      .max(10)
      .optional()
      .describe('all must be found in title, type, file, function, endpoint or service'),
    states: z.array(issueState).min(1).max(5).optional(),
    project,
    service,
    revision: z.string().max(200).optional().describe('seen in this revision'),
    minimumSeverity: severityClass.optional(),
    sort: z.enum(['last-seen', 'first-seen', 'incidents', 'users']).default('last-seen'),
    limit: limit(50, 20),
    cursor,
  }),
  output: z.strictObject({ issues: z.array(issueFields), nextCursor, total: count.nullable() }),
  async run(input, { options }) {
    const page = await options.issues.list({
      words: input.words ?? [],
      states: input.states ?? ['open', 'handed off', 'regressed'],
      projectId: await projectId(input.project, options),
      service: input.service ?? null,
      revision: input.revision ?? null,
      assignee: null,
      minimumSeverity: severityNumber(input.minimumSeverity),
      sort: input.sort,
      cursor: input.cursor ?? null,
      limit: input.limit,
    });
    const slugOf = await projectSlugs(options);
    const issues = page.items.slice(0, input.limit).map((issue) => issueFieldsOf(issue, slugOf));
    const all = page.total === null ? '' : ` of ${page.total}`;
    return {
      text: paragraphs(
        issues.length === 0 ? 'No issue matches.' : `${issues.length}${all} issues.`,
        ...issues.map((issue) => issueText(issue, options.messages)),
        page.nextCursor === null ? null : 'More: call again with nextCursor.',
      ),
      data: { issues, nextCursor: page.nextCursor, total: page.total },
    };
  },
});
