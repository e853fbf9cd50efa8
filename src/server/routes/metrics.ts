import { Hono } from 'hono';
import { METRICS_PATH, OWN_LOOK } from '../../contracts/metrics.ts';
import type { AppEnv } from '../app-env.ts';
import { metricsAccess } from '../middleware/metrics-access.ts';

/** Prometheus text. */
export const metricRoutes = new Hono<AppEnv>().get(METRICS_PATH, metricsAccess(), async (context) => {
  context.set('isOwnLook', context.req.header(OWN_LOOK) !== undefined);
  const { text, type } = await context.var.services.serverMetrics.read();
  return context.body(text, 200, { 'content-type': type });
});
