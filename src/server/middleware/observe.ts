import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { AppEnv, Services } from '../app-env.ts';

/** Counts and times every request, by the route's pattern and never by its address; at debug, logs it without its address, headers or body: keys may stand there. */
export const observe = ({ serverMetrics, logger }: Services) =>
  createMiddleware<AppEnv>(async (context, next) => {
    const began = performance.now();
    await next();
    const seconds = (performance.now() - began) / 1000;
    const { method } = context.req;
    const route = context.var.route ?? routePath(context, -1);
    const { status } = context.res;
    if (!context.var.isOwnLook) serverMetrics.request({ method, route, status, seconds });
    if (logger.isLevelEnabled('debug')) logger.debug({ method, route, status, seconds }, 'request');
  });
