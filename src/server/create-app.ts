import { Hono } from 'hono';
import { GuardianError } from '../core/shared/index.ts';
import type { AppEnv, Services } from './app-env.ts';
import type { ChangeStreams } from './change-streams.ts';
import { serveDashboard } from './dashboard.ts';
import { createGrowingRouter } from './growing-router.ts';
import { serveAuditTrail } from './ingest/audit/serve-audit-trail.ts';
import { serveKeys } from './ingest/keys/serve-keys.ts';
import { servePings } from './ingest/ping/serve-pings.ts';
import { serveIngest } from './ingest/serve-ingest.ts';
import type { LiveSockets } from './live/serve-live.ts';
import { loadRoutesWhenAsked } from './load-routes.ts';
import { floodProtection } from './middleware/flood-protection.ts';
import { hostCheck } from './middleware/host-check.ts';
import { observe } from './middleware/observe.ts';
import { requestOrigin } from './middleware/request-origin.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { onError } from './problem.ts';
import { authRoutes } from './routes/auth.ts';
import { changeRoutes } from './routes/changes.ts';
import { docsRoutes } from './routes/docs.ts';
import { mcpRoutes } from './routes/mcp.ts';
import { metricRoutes } from './routes/metrics.ts';

/** Every path of the server: clients' ingest first, then the API, then the screens. */
export function createApp(services: Services, streams: ChangeStreams, live: LiveSockets): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ router: createGrowingRouter() });
  app.onError(onError);
  app.use(
    requestOrigin(services),
    observe(services),
    securityHeaders(),
    floodProtection(services),
    serveIngest(services),
    servePings(services),
    serveKeys(),
    serveAuditTrail(),
    hostCheck(services),
  );

  app.route('/', authRoutes);
  app.route('/', changeRoutes(streams));
  app.route('/', live.routes);
  app.route('/', metricRoutes);
  app.route('/', mcpRoutes);
  app.route('/', docsRoutes(services.version));
  loadRoutesWhenAsked(app);

  app.notFound(async (context) => {
    const { method, path } = context.req;
    const isPage = (method === 'GET' || method === 'HEAD') && !/^\/(?:api|mcp|v1|elastic)(?:\/|$)/.test(path);
    const page = isPage ? await serveDashboard(context, services.dashboardFolder) : null;
    if (page) return page;
    throw new GuardianError('not_found', { path: context.var.messages.server.things.page });
  });
  return app;
}
