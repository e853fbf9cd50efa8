import { z } from 'zod';
import {
  DEPLOYMENT_STATES,
  deploymentDetail,
  deploymentListQuery,
  deploymentSummary,
} from '../../contracts/api/deployments.ts';
import { nothing, pageOf } from '../../contracts/api/shared.ts';
import { phasesOf, stateOf } from '../deploy/deployment-view.ts';
import { detailOf, findDeployment, summariesOf } from '../deploy/describe-deployment.ts';
import { describeRoute } from '../describe-route.ts';
import { namesOf } from '../read-names.ts';
import { createRouter } from './router.ts';

const tag = 'Deployments';
const path = '/api/deployments';

const list = describeRoute({
  method: 'get',
  path,
  tag,
  summary: 'Deployments, newest first',
  needs: 'read',
  request: { query: deploymentListQuery },
  reply: pageOf(deploymentSummary),
});
const get = describeRoute({
  method: 'get',
  path: `${path}/{id}`,
  tag,
  summary: 'One deployment with its checks, steps, verdicts and their numbers',
  needs: 'read',
  request: { params: z.object({ id: z.string().max(100) }), query: nothing },
  reply: deploymentDetail,
});

export const deploymentRoutes = createRouter()
  .openapi(list, async (context) => {
    const { cursor = null, limit, service = null, state } = context.req.valid('query');
    const states = state ? namesOf(context, 'state', state, DEPLOYMENT_STATES) : null;
    const phases = states === null ? null : [...new Set(states.flatMap(phasesOf))];
    const filter = { service, isOpen: null, phases, cursor, limit };
    const { items, nextCursor } = await context.var.services.store.deployments.list(filter);
    const wanted = states === null ? items : items.filter((one) => states.includes(stateOf(one)));
    return context.json({ items: await summariesOf(context, wanted), nextCursor, total: null }, 200);
  })
  .openapi(get, async (context) => {
    const deployment = await findDeployment(context, context.req.valid('param').id);
    return context.json(await detailOf(context, deployment), 200);
  });
