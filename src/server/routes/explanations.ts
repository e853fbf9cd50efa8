import { z } from 'zod';
import { explainRequest, issueExplanation } from '../../contracts/api/analysis.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { getIssue } from '../issues/find-issue.ts';
import { NobodyAnswered } from '../problem.ts';
import { createRouter } from './router.ts';

const path = '/api/issues/{id}/explanation';
const tag = 'Issues';
const params = z.object({ id: z.string().max(100) });

const kept = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Why it may be, as it was last explained in the reader’s language; `null`: nobody asked for it yet',
  needs: 'read',
  request: { params },
  reply: issueExplanation.nullable(),
});
const explain = describeRoute({
  method: 'post',
  path,
  tag,
  summary: 'Why it may be: a hypothesis whose claims name evidence; kept until the evidence changes',
  needs: 'write',
  request: { params, body: jsonBody(explainRequest) },
  reply: issueExplanation,
});

export const explanationRoutes = createRouter()
  .openapi(kept, async (context) => {
    const { services, messages, language } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    return context.json(await services.analysis.explanation(id, language), 200);
  })
  .openapi(explain, async (context) => {
    const { services, messages, language } = context.var;
    const { id } = await getIssue(services, context.req.valid('param').id, messages);
    const { force } = context.req.valid('json');
    const outcome = await services.analysis.explain({ issueId: id, language, force });
    if ('status' in outcome) throw new NobodyAnswered(outcome);
    return context.json(outcome, 200);
  });
