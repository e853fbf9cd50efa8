import { issueActionReply, issueActionRequest } from '../../contracts/api/issues.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { actOnIssues } from '../issues/apply-action.ts';
import { createRouter } from './router.ts';

const act = describeRoute({
  method: 'post',
  path: '/api/issues/actions',
  tag: 'Issues',
  summary: 'Does one thing to one or many issues',
  needs: 'write',
  request: { body: jsonBody(issueActionRequest) },
  reply: issueActionReply,
});

export const issueActionRoutes = createRouter().openapi(act, async (context) => {
  const { services, caller, messages } = context.var;
  const { ids, action } = context.req.valid('json');
  const results = await actOnIssues(services, ids, { action, actor: caller.actor, messages });
  return context.json({ results }, 200);
});
