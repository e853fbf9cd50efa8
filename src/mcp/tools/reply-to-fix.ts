import { z } from 'zod';
import { fixBrief, fixBriefOf, fixName, refusal } from '../fix-fields.ts';
import { defineTool } from '../tool.ts';

export const replyToFix = defineTool({
  name: 'reply_to_fix',
  title: 'Say what came of a hand-off',
  description:
    'Moves a hand-off on: proposed (with a branch, a commit or the address of a pull request), merged, deployed (with the revision that holds it), declined (say why in text); or notes what was found. Steps may be leapt over, none is taken back. Say only what you did yourself. Needs an API key of scope write.',
  scope: 'write',
  input: z.strictObject({
    fix: fixName,
    action: z.enum(['propose', 'merge', 'deploy', 'decline', 'note']),
    text: z.string().trim().max(10_000).optional().describe('why, or what was found'),
    branch: z.string().min(1).max(200).optional(),
    pullRequest: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, { error: 'is not a full hash' })
      .optional()
      .describe('full hash'),
    revision: z.string().min(1).max(200).optional().describe('that holds the fix'),
  }),
  output: fixBrief,
  async run({ fix: id, ...reply }, { options, principal }) {
    const result = await options.fixes.reply(id, reply, `agent:${principal.name}`);
    if (result.isRefused) throw refusal(result.reason, options.messages);
    const fix = fixBriefOf(result.fix);
    return { text: `Done: ${fix.id} of ${fix.issue} is ${fix.state}.`, data: fix };
  },
});
