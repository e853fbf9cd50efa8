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

/** A person's word about one deployment, answered with what came of it. */
function decision<Word extends string, Body extends typeof emptyBody | ReturnType<typeof jsonBody>>(
  word: Word,
  body: Body,
  summary: string,
) {
  const request = { params, query: nothing, body };
  return describeRoute({
    method: 'post',
    tag,
    needs: 'operate',
    path: `${path}/${word}`,
    summary,
    request,
    reply: deploymentDetail,
  });
}

const backFrom = decision('roll-back', jsonBody(because), 'Goes back to what was good before this deployment');
const hold = decision(
  'hold',
  jsonBody(because),
  'Holds a deployment where it is, with the traffic as it is, until it is let go on or rolled back',
);
const promote = decision('promote', emptyBody, 'Lets a held deployment go on');

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
