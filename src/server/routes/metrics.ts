import { Hono } from 'hono';
import type { AppEnv } from '../app-env.ts';
import { needs } from '../middleware/caller.ts';
import { isLoopback } from '../middleware/host-check.ts';

/** Prometheus text; on this machine for whoever asks, elsewhere for who may read. */
export const metricRoutes = new Hono<AppEnv>()
  .use('/api/metrics', async (context, next) => {
    const { services, origin } = context.var;
    const isHere = isLoopback(services.knobs.host) && !origin.isForwarded;
    return isHere ? next() : needs('read')(context, next);
  })
  .get('/api/metrics', async (context) => {
    const { text, type } = await context.var.services.serverMetrics.read();
    return context.body(text, 200, { 'content-type': type });
  });
