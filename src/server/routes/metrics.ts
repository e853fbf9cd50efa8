import { Hono } from 'hono';
import { METRICS_PATH } from '../../contracts/metrics.ts';
import type { AppEnv } from '../app-env.ts';
import { metricsAccess } from '../middleware/metrics-access.ts';

/** Prometheus text. */
export const metricRoutes = new Hono<AppEnv>().get(METRICS_PATH, metricsAccess(), async (context) => {
  const { text, type } = await context.var.services.serverMetrics.read();
  return context.body(text, 200, { 'content-type': type });
});
