import { z } from 'zod';
import { overview, sourceActivity } from '../../contracts/api/overview.ts';
import { describeRoute } from '../describe-route.ts';
import { overviewOf } from '../overview/overview.ts';
import { sourceActivities } from '../overview/sources.ts';
import { createRouter } from './router.ts';

const tag = 'Overview';

const whole = describeRoute({
  method: 'get',
  path: '/api/overview',
  tag,
  summary: 'Is anything wrong?',
  needs: 'read',
  reply: overview,
});

const sources = describeRoute({
  method: 'get',
  path: '/api/sources',
  tag,
  summary: 'What comes in over which wire format, and what does not get in',
  needs: 'read',
  reply: z.object({ items: z.array(sourceActivity) }),
});

export const overviewRoutes = createRouter()
  .openapi(whole, async (context) => context.json(await overviewOf(context.var.services, context.var.messages), 200))
  .openapi(sources, async (context) => {
    const { services, messages } = context.var;
    return context.json({ items: await sourceActivities(services, messages) }, 200);
  });
