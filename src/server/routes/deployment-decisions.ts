import { z } from 'zod';
import { deploymentDetail } from '../../contracts/api/deployments.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { controlOf, detailOf } from '../deploy/describe-deployment.ts';
import { describeRoute, emptyBody, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Deployments';
const path = '/api/deployments/{id}';
const params = z.object({ id: z.string().max(100) });
const because = z.strictObject({ reason: z.string().max(500).optional() });

const backFrom = describeRoute({
  method: 'post',
  tag,
  needs: 'write',
  path: `${path}/roll-back`,
  summary: 'Goes back to what was good before this deployment',
  request: { params, query: nothing, body: jsonBody(because) },
  reply: deploymentDetail,
});
const hold = describeRoute({
  method: 'post',
  tag,
  needs: 'write',
  path: `${path}/hold`,
  summary: 'Holds a deployment where it is, with the traffic as it is, until it is let go on or rolled back',
  request: { params, query: nothing, body: jsonBody(because) },
  reply: deploymentDetail,
});
const promote = describeRoute({
  method: 'post',
  tag,
  needs: 'write',
  path: `${path}/promote`,
  summary: 'Lets a held deployment go on',
  request: { params, query: nothing, body: emptyBody },
  reply: deploymentDetail,
});

export const deploymentDecisionRoutes = createRouter()
  .openapi(backFrom, async (context) => {
    const { id } = context.req.valid('param');
    const { reason = null } = context.req.valid('json');
    const deployment = await controlOf(context).goBack(id, context.var.caller.actor);
    await recordAudit(context, 'rollback', id, { by: deployment.id, reason });
    return context.json(await detailOf(context, deployment), 200);
  })
  .openapi(hold, async (context) => {
    const { id } = context.req.valid('param');
    const { reason = null } = context.req.valid('json');
    const deployment = await controlOf(context).hold(id, { actor: context.var.caller.actor, note: reason });
    await recordAudit(context, 'deployment held', id, { reason });
    return context.json(await detailOf(context, deployment), 200);
  })
  .openapi(promote, async (context) => {
    const { id } = context.req.valid('param');
    const deployment = await controlOf(context).carryOn(id);
    await recordAudit(context, 'deployment carried on', id);
    return context.json(await detailOf(context, deployment), 200);
  });
