import { z } from 'zod';
import { deploymentDetail, deployReply, deployRequest, rollbackRequest } from '../../contracts/api/deployments.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { controlOf, detailOf, summariesOf } from '../deploy/describe-deployment.ts';
import { planView, rollbackView } from '../deploy/plan-view.ts';
import { describeRoute, emptyBody, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Deployments';
const path = '/api/deployments';
const params = z.object({ id: z.string().max(100) });
const because = z.strictObject({ reason: z.string().max(500).optional() });

const act = <
  P extends string,
  Q extends Parameters<typeof describeRoute>[0]['request'] & object,
  R extends z.ZodType,
>(given: {
  path: P;
  summary: string;
  request: Q;
  reply: R;
}) => describeRoute({ method: 'post', tag, needs: 'write', ...given });

const begin = act({
  path,
  summary: 'Deploys; as a dry run it shows what would be done',
  request: { query: nothing, body: jsonBody(deployRequest) },
  reply: deployReply,
});
const back = act({
  path: `${path}/roll-back`,
  summary: 'Goes back to a revision; left out, to the last good one',
  request: { query: nothing, body: jsonBody(rollbackRequest) },
  reply: deployReply,
});
const backFrom = act({
  path: `${path}/{id}/roll-back`,
  summary: 'Goes back to what was good before this deployment',
  request: { params, query: nothing, body: jsonBody(because) },
  reply: deploymentDetail,
});
const promote = act({
  path: `${path}/{id}/promote`,
  summary: 'Lets a held deployment go on',
  request: { params, query: nothing, body: emptyBody },
  reply: deploymentDetail,
});

export const deploymentActionRoutes = createRouter()
  .openapi(begin, async (context) => {
    const { caller, messages } = context.var;
    const { target = null, revision = null, steps = null, dryRun, ...given } = context.req.valid('json');
    const control = controlOf(context);
    const asked = { target, revision, steps, ...given };
    const plan = planView(await control.plan(asked), messages);
    if (dryRun) return context.json({ deployment: null, plan }, 200);
    const deployment = await control.deploy(asked, caller.actor);
    const { set, ...rest } = given;
    await recordAudit(context, 'deployment begun', deployment.id, {
      target: plan.target,
      revision: plan.revision,
      set: Object.keys(set),
      ...rest,
    });
    return context.json({ deployment: (await summariesOf(context, [deployment]))[0] ?? null, plan }, 200);
  })
  .openapi(back, async (context) => {
    const { caller, messages } = context.var;
    const { target = null, revision = null, reason = null, dryRun } = context.req.valid('json');
    const control = controlOf(context);
    const plan = rollbackView(await control.planRollback({ target, revision }), messages);
    if (dryRun) return context.json({ deployment: null, plan }, 200);
    const deployment = await control.rollback({ target, revision }, caller.actor);
    await recordAudit(context, 'rollback', deployment.id, { target: plan.target, revision: plan.revision, reason });
    return context.json({ deployment: (await summariesOf(context, [deployment]))[0] ?? null, plan }, 200);
  })
  .openapi(backFrom, async (context) => {
    const { id } = context.req.valid('param');
    const { reason = null } = context.req.valid('json');
    const deployment = await controlOf(context).goBack(id, context.var.caller.actor);
    await recordAudit(context, 'rollback', id, { by: deployment.id, reason });
    return context.json(await detailOf(context, deployment), 200);
  })
  .openapi(promote, async (context) => {
    const { id } = context.req.valid('param');
    const deployment = await controlOf(context).carryOn(id);
    await recordAudit(context, 'deployment carried on', id);
    return context.json(await detailOf(context, deployment), 200);
  });
