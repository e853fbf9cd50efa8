import { targetsReply } from '../../contracts/api/deployments.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { describeRoute } from '../describe-route.ts';
import { createRouter } from './router.ts';

const targets = describeRoute({
  method: 'get',
  path: '/api/deploy-targets',
  tag: 'Deployments',
  summary: 'Where services run: how the traffic is split now, what it is pinned to, what was last good',
  needs: 'read',
  request: { query: nothing },
  reply: targetsReply,
});

export const deployTargetRoutes = createRouter().openapi(targets, async (context) =>
  context.json({ items: (await context.var.services.deploy?.targets()) ?? [] }, 200),
);
