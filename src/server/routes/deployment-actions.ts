import { deployReply, deployRequest, endReply, endRequest, rollbackRequest } from '../../contracts/api/deployments.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { controlOf, summariesOf } from '../deploy/describe-deployment.ts';
import { planView, rollbackView } from '../deploy/plan-view.ts';
import { describeRoute, jsonBody } from '../describe-route.ts';
import { recordAudit } from '../record-audit.ts';
import { createRouter } from './router.ts';

const tag = 'Deployments';
const path = '/api/deployments';

const begin = describeRoute({
  method: 'post',
  tag,
  needs: 'admin',
  path,
  summary: 'Deploys; as a dry run it shows what would be done',
  request: { query: nothing, body: jsonBody(deployRequest) },
  reply: deployReply,
});
const back = describeRoute({
  method: 'post',
  tag,
  needs: 'operate',
  path: `${path}/roll-back`,
  summary: 'Goes back to a revision; left out, to the last good one',
  request: { query: nothing, body: jsonBody(rollbackRequest) },
  reply: deployReply,
});
const end = describeRoute({
  method: 'post',
  tag,
  needs: 'admin',
  path: `${path}/end`,
  summary: 'Ends the whole service of a target on this machine: every revision, and what stands in front of them',
  request: { query: nothing, body: jsonBody(endRequest) },
  reply: endReply,
});
export const deploymentActionRoutes = createRouter()
  .openapi(begin, async (context) => {
    const { caller, messages } = context.var;
    const { target = null, revision = null, steps = null, digest = null, dryRun, ...given } = context.req.valid('json');
    const control = controlOf(context);
    const asked = { target, revision, steps, digest, ...given };
    const plan = planView(await control.plan(asked), messages);
    if (dryRun) return context.json({ deployment: null, plan }, 200);
    // What is answered is what was planned.
    const deployment = await control.deploy({ ...asked, digest: plan.digest }, caller.actor);
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
  .openapi(end, async (context) => {
    const { target = null } = context.req.valid('json');
    const over = await controlOf(context).end(target);
    await recordAudit(context, 'target ended', over.target, { service: over.service, ended: over.ended });
    return context.json({ ...over, ended: [...over.ended] }, 200);
  });
