import { z } from 'zod';
import type { IssueAction } from '../contracts/api/issues.ts';
import { findLivingIssue, shortIdOf } from './issue-fields.ts';
import { projectSlugs } from './projects.ts';
import { issueState } from './schemas.ts';
import type { Answer, ToolContext } from './tool.ts';
import { refuse } from './tool-error.ts';

/** What a change comes to. */
export const changeFields = z.strictObject({
  id: z.string(),
  shortId: z.string(),
  state: issueState.describe('after the change'),
});

/** Carries one action out on one issue in the name of the key that asks. Throws `not_found`, and `conflict` when it was not done. */
export async function changeIssue(
  name: string,
  action: IssueAction,
  { options, principal }: ToolContext,
): Promise<Answer<z.infer<typeof changeFields>>> {
  const issue = await findLivingIssue(name, options);
  const [result] = await options.actOnIssues([issue.id], action, `agent:${principal.name}`);
  if (!result?.isDone) throw refuse('conflict', result?.reason ? { reason: result.reason } : {});
  const shortId = shortIdOf((await projectSlugs(options))(issue.projectId), issue.number);
  const { state } = (await options.findIssue(issue.id)) ?? issue;
  return { text: `Done: ${shortId} is ${state}.`, data: { id: issue.id, shortId, state } };
}
