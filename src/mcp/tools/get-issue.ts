import { z } from 'zod';
import { handOffSchema } from '../../contracts/hand-off.ts';
import { findLivingIssue, issueFields, issueFieldsOf } from '../issue-fields.ts';
import { projectSlugs } from '../projects.ts';
import { issueName } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { refuse } from '../tool-error.ts';

export const getIssue = defineTool({
  name: 'get_issue',
  title: 'Read one issue with its evidence',
  description:
    'The hand-off of one issue, at most 6,000 tokens: verdict, facts, evidence, ranked locations with the code that runs, suspect commits, log tail, impact, recommendations, how to verify, when it is done. A merged issue gives the one it was merged into.',
  scope: 'read',
  input: z.strictObject({ issue: issueName }),
  output: z.strictObject({ issue: issueFields, handOff: handOffSchema }),
  async run(input, { options }) {
    const found = await findLivingIssue(input.issue, options);
    const handOff = await options.handOffOf(found.id);
    if (!handOff) throw refuse('not_found', { path: 'event of this issue any more' });
    return {
      text: handOff.markdown,
      data: { issue: issueFieldsOf(found, await projectSlugs(options)), handOff: handOff.json },
    };
  },
});
