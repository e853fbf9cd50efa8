import { z } from 'zod';
import { explainRequest, issueExplanation } from '../../contracts/api/analysis.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { getIssue } from '../issues/find-issue.ts';
import { NobodyAnswered } from '../problem.ts';
import { createRouter } from './router.ts';

const explain = describeRoute({
  method: 'post',
  path: '/api/issues/{id}/explanation',
  tag: 'Issues',
  summary: 'Why it may be: a hypothesis whose claims name evidence; kept until the evidence changes',
  needs: 'write',
  request: { params: z.object({ id: z.string().max(100) }), body: jsonBody(explainRequest) },
  reply: issueExplanation,
});

export const explanationRoutes = createRouter().openapi(explain, async (context) => {
  const { services, messages, language } = context.var;
  const { id } = await getIssue(services, context.req.valid('param').id, messages);
  const { force } = context.req.valid('json');
  const outcome = await services.analysis.explain({ issueId: id, language, force });
  if ('status' in outcome) throw new NobodyAnswered(outcome);
  return context.json(outcome, 200);
});
