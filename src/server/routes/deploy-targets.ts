import { targetsReply } from '../../contracts/api/deployments.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { textOf } from '../../core/shared/index.ts';
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

export const deployTargetRoutes = createRouter().openapi(targets, async (context) => {
  const { services, messages } = context.var;
  const looks = (await services.deploy?.targets()) ?? [];
  const items = looks.map((look) => ({ ...look, problem: look.problem && textOf(look.problem, messages) }));
  return context.json({ items }, 200);
});
