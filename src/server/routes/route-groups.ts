import type { Hono, Schema } from 'hono';
import type { AppEnv } from '../app-env.ts';

export type Routes = Hono<AppEnv, Schema>;

/** Routes that are loaded together, in the order in which they are matched. */
export interface RouteGroup {
  /** Their first words, behind `/api/` or at the root: no two groups share one. */
  nouns: readonly string[];
  load(): Promise<readonly unknown[]>;
}

/** Everything that is loaded when it is first asked for, in the order of the API's document. */
export const ROUTE_GROUPS: readonly RouteGroup[] = [
  { nouns: ['health', 'ready'], load: () => all(import('./health.ts').then((of) => of.healthRoutes)) },
  { nouns: ['me', 'setup'], load: () => all(import('./me.ts').then((of) => of.meRoutes)) },
  { nouns: ['overview', 'sources'], load: () => all(import('./overview.ts').then((of) => of.overviewRoutes)) },
  {
    nouns: ['issues'],
    load: () =>
      all(
        import('./issue-actions.ts').then((of) => of.issueActionRoutes),
        import('./issues.ts').then((of) => of.issueRoutes),
        import('./issue-parts.ts').then((of) => of.issuePartRoutes),
        import('./hand-off.ts').then((of) => of.handOffRoutes),
        import('./explanations.ts').then((of) => of.explanationRoutes),
      ),
  },
  {
    nouns: ['fixes', 'fix-agents'],
    load: () =>
      all(
        import('./fixes.ts').then((of) => of.fixRoutes),
        import('./fix-actions.ts').then((of) => of.fixActionRoutes),
      ),
  },
  { nouns: ['events'], load: () => all(import('./events.ts').then((of) => of.eventRoutes)) },
  { nouns: ['analytics'], load: () => all(import('./analytics.ts').then((of) => of.analyticsRoutes)) },
  { nouns: ['traces'], load: () => all(import('./traces.ts').then((of) => of.traceRoutes)) },
  { nouns: ['reports'], load: () => all(import('./reports.ts').then((of) => of.reportRoutes)) },
  { nouns: ['trigger'], load: () => all(import('./trigger.ts').then((of) => of.triggerRoutes)) },
  { nouns: ['deliveries'], load: () => all(import('./deliveries.ts').then((of) => of.deliveryRoutes)) },
  {
    nouns: ['recipients', 'routes', 'channels'],
    load: () => all(import('./recipients.ts').then((of) => of.recipientRoutes)),
  },
  {
    nouns: ['jobs', 'chains'],
    load: () =>
      all(
        import('./job-actions.ts').then((of) => of.jobActionRoutes),
        import('./jobs.ts').then((of) => of.jobRoutes),
      ),
  },
  {
    nouns: ['runs'],
    load: () =>
      all(
        import('../ingest/ping/exec-route.ts').then((of) => of.execRoutes),
        import('./runs.ts').then((of) => of.runRoutes),
      ),
  },
  { nouns: ['scheduler-logs'], load: () => all(import('./scheduler-logs.ts').then((of) => of.schedulerLogRoutes)) },
  { nouns: ['sync-logs'], load: () => all(import('./sync-logs.ts').then((of) => of.syncLogRoutes)) },
  {
    nouns: ['alerts', 'rules', 'measurements', 'texts'],
    load: () =>
      all(
        import('./alert-posts.ts').then((of) => of.alertPostRoutes),
        import('./alerts.ts').then((of) => of.alertRoutes),
      ),
  },
  {
    nouns: ['projects'],
    load: () =>
      all(
        import('./projects.ts').then((of) => of.projectRoutes),
        import('./ingest-keys.ts').then((of) => of.ingestKeyRoutes),
        import('./ingest-key.ts').then((of) => of.revokeIngestKeyRoutes),
      ),
  },
  { nouns: ['keys'], load: () => all(import('./api-keys.ts').then((of) => of.apiKeyRoutes)) },
  { nouns: ['users'], load: () => all(import('./users.ts').then((of) => of.userRoutes)) },
  {
    nouns: ['usage'],
    load: () =>
      all(
        import('./usage.ts').then((of) => of.usageRoutes),
        import('./usage-users.ts').then((of) => of.usageUserRoutes),
      ),
  },
  { nouns: ['views'], load: () => all(import('./views.ts').then((of) => of.viewRoutes)) },
  { nouns: ['audit'], load: () => all(import('./audit.ts').then((of) => of.auditRoutes)) },
  { nouns: ['sample'], load: () => all(import('./sample.ts').then((of) => of.sampleRoutes)) },
  { nouns: ['templates'], load: () => all(import('./templates.ts').then((of) => of.templateRoutes)) },
  { nouns: ['coordination'], load: () => all(import('./coordination.ts').then((of) => of.coordinationRoutes)) },
  {
    nouns: ['memory'],
    load: () =>
      all(
        import('./analyze.ts').then((of) => of.analyzeRoutes),
        import('./conversations.ts').then((of) => of.conversationRoutes),
        import('./analysis-providers.ts').then((of) => of.analysisProviderRoutes),
        import('./recalls.ts').then((of) => of.recallRoutes),
      ),
  },
  {
    nouns: ['debates'],
    load: () =>
      all(
        import('./debate-actions.ts').then((of) => of.debateActionRoutes),
        import('./debates.ts').then((of) => of.debateRoutes),
      ),
  },
  {
    nouns: ['deployments'],
    load: () =>
      all(
        import('./deployment-actions.ts').then((of) => of.deploymentActionRoutes),
        import('./deployment-decisions.ts').then((of) => of.deploymentDecisionRoutes),
        import('./deployments.ts').then((of) => of.deploymentRoutes),
      ),
  },
  { nouns: ['deploy-targets'], load: () => all(import('./deploy-targets.ts').then((of) => of.deployTargetRoutes)) },
  { nouns: ['markers'], load: () => all(import('./markers.ts').then((of) => of.markerRoutes)) },
  { nouns: ['ack'], load: () => all(import('./acknowledge.ts').then((of) => of.acknowledgeRoutes)) },
  { nouns: ['replies'], load: () => all(import('./mail-replies.ts').then((of) => of.mailReplyRoutes)) },
];

function all(...loading: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  return Promise.all(loading);
}
