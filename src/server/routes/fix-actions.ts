import { z } from 'zod';
import { fixDetail as fixDetailSchema, fixReply, fixSummary, handOffRequest } from '../../contracts/api/fixes.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { fixDetail, fixSummaries, refusalError } from '../fixes/fix-answers.ts';
import { getIssue } from '../issues/find-issue.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Fixes';

const handOff = describeRoute({
  method: 'post',
  path: '/api/fixes',
  tag,
  summary: 'Hands an issue to whoever mends it; 409 while an earlier hand-off of it is under way',
  needs: 'write',
  request: { query: nothing, body: jsonBody(handOffRequest) },
  reply: fixSummary,
  status: 201,
});
const reply = describeRoute({
  method: 'post',
  path: '/api/fixes/{id}/reply',
  tag,
  summary: 'Moves a hand-off on: proposed, merged, deployed, declined; or notes something',
  needs: 'write',
  request: { params: z.object({ id: z.string().max(100) }), query: nothing, body: jsonBody(fixReply) },
  reply: fixDetailSchema,
});

export const fixActionRoutes = createRouter()
  .openapi(handOff, async (context) => {
    const { services, caller, messages } = context.var;
    const { issue: name, way, agent } = context.req.valid('json');
    const issue = await getIssue(services, name, messages);
    const asked = { issueId: issue.id, way, by: caller.actor, ...(agent === undefined ? {} : { agent }) };
    const result = await services.fixes.handOff(asked);
    if (result.isRefused) throw refusalError(result.reason, messages);
    const { fix } = result;
    services.changes.publish({ kind: 'issue', id: issue.id, action: 'hand-off' });
    await recordAudit(context, 'issue handed off', issue.id, { fix: fix.id, way, agent: fix.agent });
    return context.json((await fixSummaries(context, [fix]))[0]!, 201);
  })
  .openapi(reply, async (context) => {
    const { services, caller, messages } = context.var;
    const { id } = context.req.valid('param');
    const given = context.req.valid('json');
    const result = await services.fixes.reply(id, given, caller.actor);
    if (result.isRefused) throw refusalError(result.reason, messages);
    services.changes.publish({ kind: 'issue', id: result.fix.issueId, action: given.action });
    await recordAudit(context, 'fix answered', id, { action: given.action, revision: given.revision ?? null });
    return context.json(await fixDetail(context, id), 200);
  });
