import { analytics, analyticsQuery, liveMetrics } from '../../contracts/api/analytics.ts';
import { nothing } from '../../contracts/api/shared.ts';
import { describeRoute } from '../describe-route.ts';
import { analyticsOf, liveMetricsOf } from '../read-analytics.ts';
import { createRouter } from './router.ts';

const tag = 'Analytics';

const counted = describeRoute({
  method: 'get',
  path: '/api/analytics',
  tag,
  summary: 'Volume, error rate, drops, templates and slow operations of a window, a few seconds behind',
  needs: 'read',
  request: { query: analyticsQuery },
  reply: analytics,
});
const live = describeRoute({
  method: 'get',
  path: '/api/analytics/live',
  tag,
  summary: 'What comes in now on this node, a second behind at most',
  needs: 'read',
  request: { query: nothing },
  reply: liveMetrics,
});

export const analyticsRoutes = createRouter()
  .openapi(live, (context) => context.json(liveMetricsOf(context), 200))
  .openapi(counted, async (context) => context.json(await analyticsOf(context, context.req.valid('query')), 200));
