import { z } from 'zod';
import { fixFields, fixFieldsOf, fixState, fixText } from '../fix-fields.ts';
import { findLivingIssue } from '../issue-fields.ts';
import { projectId } from '../projects.ts';
import { cursor, issueName, limit, nextCursor, project, service } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { paragraphs } from '../untrusted-text.ts';

export const listFixes = defineTool({
  name: 'list_fixes',
  title: 'List hand-offs',
  description:
    'Lists hand-offs of issues and what came of them, newest first. Without `states`: those under way (handed off, proposed, merged, deployed). Read one whole with get_fix.',
  scope: 'read',
  input: z.strictObject({
    states: z.array(fixState).min(1).max(8).optional(),
    issue: issueName.optional(),
    project,
    service,
    limit: limit(50, 20),
    cursor,
  }),
  output: z.strictObject({ fixes: z.array(fixFields), nextCursor }),
  async run(input, { options }) {
    const page = await options.fixes.list({
      states: input.states ?? ['handed off', 'proposed', 'merged', 'deployed'],
      projectId: await projectId(input.project, options),
      issueId: input.issue === undefined ? null : (await findLivingIssue(input.issue, options)).id,
      service: input.service ?? null,
      since: null,
      cursor: input.cursor ?? null,
      limit: input.limit,
    });
    const fixes = page.items.map(fixFieldsOf);
    return {
      text: paragraphs(
        fixes.length === 0 ? 'No hand-off matches.' : `${fixes.length} hand-offs.`,
        ...fixes.map((fix) => fixText(fix, options.messages)),
        page.nextCursor === null ? null : 'More: call again with nextCursor.',
      ),
      data: { fixes, nextCursor: page.nextCursor },
    };
  },
});
