import { OpenAPIHono } from '@hono/zod-openapi';
import { GuardianError } from '../core/shared/index.ts';
import type { AppEnv, Services } from './app-env.ts';
import type { ChangeStreams } from './change-streams.ts';
import { serveDashboard } from './dashboard.ts';
import { serveAuditTrail } from './ingest/audit/serve-audit-trail.ts';
import { serveKeys } from './ingest/keys/serve-keys.ts';
import { execRoutes } from './ingest/ping/exec-route.ts';
import { servePings } from './ingest/ping/serve-pings.ts';
import { serveIngest } from './ingest/serve-ingest.ts';
import type { LiveSockets } from './live/serve-live.ts';
import { floodProtection } from './middleware/flood-protection.ts';
import { hostCheck } from './middleware/host-check.ts';
import { observe } from './middleware/observe.ts';
import { requestOrigin } from './middleware/request-origin.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { onError, onInvalid } from './problem.ts';
import { acknowledgeRoutes } from './routes/acknowledge.ts';
import { alertPostRoutes } from './routes/alert-posts.ts';
import { alertRoutes } from './routes/alerts.ts';
import { analysisProviderRoutes } from './routes/analysis-providers.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { analyzeRoutes } from './routes/analyze.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { changeRoutes } from './routes/changes.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { coordinationRoutes } from './routes/coordination.ts';
import { debateActionRoutes } from './routes/debate-actions.ts';
import { debateRoutes } from './routes/debates.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { deployTargetRoutes } from './routes/deploy-targets.ts';
import { deploymentActionRoutes } from './routes/deployment-actions.ts';
import { deploymentDecisionRoutes } from './routes/deployment-decisions.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { docsRoutes } from './routes/docs.ts';
import { eventRoutes } from './routes/events.ts';
import { explanationRoutes } from './routes/explanations.ts';
import { fixActionRoutes } from './routes/fix-actions.ts';
import { fixRoutes } from './routes/fixes.ts';
import { handOffRoutes } from './routes/hand-off.ts';
import { healthRoutes } from './routes/health.ts';
import { revokeIngestKeyRoutes } from './routes/ingest-key.ts';
import { ingestKeyRoutes } from './routes/ingest-keys.ts';
import { issueActionRoutes } from './routes/issue-actions.ts';
import { issuePartRoutes } from './routes/issue-parts.ts';
import { issueRoutes } from './routes/issues.ts';
import { jobActionRoutes } from './routes/job-actions.ts';
import { jobRoutes } from './routes/jobs.ts';
import { mailReplyRoutes } from './routes/mail-replies.ts';
import { markerRoutes } from './routes/markers.ts';
import { mcpRoutes } from './routes/mcp.ts';
import { meRoutes } from './routes/me.ts';
import { metricRoutes } from './routes/metrics.ts';
import { overviewRoutes } from './routes/overview.ts';
import { projectRoutes } from './routes/projects.ts';
import { recallRoutes } from './routes/recalls.ts';
import { recipientRoutes } from './routes/recipients.ts';
import { reportRoutes } from './routes/reports.ts';
import { runRoutes } from './routes/runs.ts';
import { sampleRoutes } from './routes/sample.ts';
import { schedulerLogRoutes } from './routes/scheduler-logs.ts';
import { syncLogRoutes } from './routes/sync-logs.ts';
import { templateRoutes } from './routes/templates.ts';
import { traceRoutes } from './routes/traces.ts';
import { triggerRoutes } from './routes/trigger.ts';
import { usageRoutes } from './routes/usage.ts';
import { usageUserRoutes } from './routes/usage-users.ts';
import { userRoutes } from './routes/users.ts';
import { viewRoutes } from './routes/views.ts';

/** Every path of the server: clients' ingest first, then the API, then the screens. */
export function createApp(services: Services, streams: ChangeStreams, live: LiveSockets): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: onInvalid });
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

  const described = [
    healthRoutes,
    meRoutes,
    overviewRoutes,
    issueActionRoutes,
    issueRoutes,
    issuePartRoutes,
    handOffRoutes,
    fixRoutes,
    fixActionRoutes,
    eventRoutes,
    analyticsRoutes,
    traceRoutes,
    reportRoutes,
    triggerRoutes,
    deliveryRoutes,
    recipientRoutes,
    jobActionRoutes,
    jobRoutes,
    execRoutes,
    runRoutes,
    schedulerLogRoutes,
    syncLogRoutes,
    alertPostRoutes,
    alertRoutes,
    projectRoutes,
    ingestKeyRoutes,
    revokeIngestKeyRoutes,
    apiKeyRoutes,
    userRoutes,
    usageRoutes,
    usageUserRoutes,
    viewRoutes,
    auditRoutes,
    sampleRoutes,
    templateRoutes,
    coordinationRoutes,
    analyzeRoutes,
    conversationRoutes,
    analysisProviderRoutes,
    recallRoutes,
    explanationRoutes,
    debateActionRoutes,
    debateRoutes,
    deploymentActionRoutes,
    deploymentDecisionRoutes,
    deploymentRoutes,
    deployTargetRoutes,
    markerRoutes,
  ];
  for (const routes of described) app.route('/', routes);
  app.route('/', acknowledgeRoutes);
  app.route('/', authRoutes);
  app.route('/', changeRoutes(streams));
  app.route('/', live.routes);
  app.route('/', mailReplyRoutes);
  app.route('/', metricRoutes);
  app.route('/', mcpRoutes);
  app.route('/', docsRoutes(app, services.version));

  app.notFound(async (context) => {
    const { method, path } = context.req;
    const isPage = (method === 'GET' || method === 'HEAD') && !/^\/(?:api|mcp|v1|elastic)(?:\/|$)/.test(path);
    const page = isPage ? await serveDashboard(context, services.dashboardFolder) : null;
    if (page) return page;
    throw new GuardianError('not_found', { path: context.var.messages.server.things.page });
  });
  return app;
}
