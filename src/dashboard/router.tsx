import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { parseSearch, pick, stringifySearch } from './search-parameters.ts';
import { CrashedPage } from './shell/crashed-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { Shell } from './shell/shell.tsx';

const rootRoute = createRootRoute({
  component: Shell,
  validateSearch: pick('project'),
  // The project that is looked at stays chosen from page to page.
  search: { middlewares: [retainSearchParams(['project'])] },
});

const getParentRoute = () => rootRoute;

const overviewRoute = createRoute({
  getParentRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const welcomeRoute = createRoute({
  getParentRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome/welcome-page.tsx'), 'WelcomePage'),
});
const issuesRoute = createRoute({
  getParentRoute,
  path: '/issues',
  validateSearch: pick('query', 'state', 'service', 'severity', 'revision', 'assignee', 'sort'),
  component: lazyRouteComponent(() => import('./pages/issues/issues-page.tsx'), 'IssuesPage'),
});
const issueRoute = createRoute({
  getParentRoute,
  path: '/issues/$id',
  validateSearch: pick('event'),
  component: lazyRouteComponent(() => import('./pages/issue/issue-page.tsx'), 'IssuePage'),
});
const eventsRoute = createRoute({
  getParentRoute,
  path: '/events',
  validateSearch: pick('query', 'range', 'from', 'to', 'event'),
  component: lazyRouteComponent(() => import('./pages/events/events-page.tsx'), 'EventsPage'),
});
const reportsRoute = createRoute({
  getParentRoute,
  path: '/reports',
  validateSearch: pick('service', 'status'),
  component: lazyRouteComponent(() => import('./pages/reports/reports-page.tsx'), 'ReportsPage'),
});
const reportRoute = createRoute({
  getParentRoute,
  path: '/reports/$id',
  component: lazyRouteComponent(() => import('./pages/reports/report-page.tsx'), 'ReportPage'),
});
const deliveriesRoute = createRoute({
  getParentRoute,
  path: '/deliveries',
  validateSearch: pick('state', 'channel', 'recipient', 'occasion', 'alert', 'run'),
  component: lazyRouteComponent(() => import('./pages/deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});
const deliveryRoute = createRoute({
  getParentRoute,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('./pages/deliveries/delivery-page.tsx'), 'DeliveryPage'),
});
const healthLogRoute = createRoute({
  getParentRoute,
  path: '/health-log',
  validateSearch: pick('tab', 'hours', 'name', 'status', 'task_type', 'triggered_by', 'user', 'from', 'to', 'text'),
  component: lazyRouteComponent(() => import('./pages/health-log/health-log-page.tsx'), 'HealthLogPage'),
});
const jobsRoute = createRoute({
  getParentRoute,
  path: '/jobs',
  component: lazyRouteComponent(() => import('./pages/jobs/jobs-page.tsx'), 'JobsPage'),
});
const jobRoute = createRoute({
  getParentRoute,
  path: '/jobs/$id',
  validateSearch: pick('status'),
  component: lazyRouteComponent(() => import('./pages/job/job-page.tsx'), 'JobPage'),
});
const jobRunRoute = createRoute({
  getParentRoute,
  path: '/jobs/$id/runs/$run',
  component: lazyRouteComponent(() => import('./pages/run/job-run-page.tsx'), 'JobRunPage'),
});
const runRoute = createRoute({
  getParentRoute,
  path: '/runs/$run',
  component: lazyRouteComponent(() => import('./pages/run/any-run-page.tsx'), 'AnyRunPage'),
});
const chainsRoute = createRoute({
  getParentRoute,
  path: '/chains',
  component: lazyRouteComponent(() => import('./pages/chains/chains-page.tsx'), 'ChainsPage'),
});
const chainRoute = createRoute({
  getParentRoute,
  path: '/chains/$id',
  component: lazyRouteComponent(() => import('./pages/chains/chain-run-page.tsx'), 'ChainRunPage'),
});
const alertsRoute = createRoute({
  getParentRoute,
  path: '/alerts',
  validateSearch: pick('state', 'severity', 'type', 'rule', 'subject', 'archived', 'text'),
  component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
});
const alertRoute = createRoute({
  getParentRoute,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('./pages/alert/alert-page.tsx'), 'AlertPage'),
});
const routesRoute = createRoute({
  getParentRoute,
  path: '/routes',
  component: lazyRouteComponent(() => import('./pages/routes/routes-page.tsx'), 'RoutesPage'),
});
const channelsRoute = createRoute({
  getParentRoute,
  path: '/channels',
  component: lazyRouteComponent(() => import('./pages/channels/channels-page.tsx'), 'ChannelsPage'),
});
const usageRoute = createRoute({
  getParentRoute,
  path: '/usage',
  validateSearch: pick('hours', 'service', 'text'),
  component: lazyRouteComponent(() => import('./pages/usage/usage-page.tsx'), 'UsagePage'),
});
const usageUserRoute = createRoute({
  getParentRoute,
  path: '/usage/users/$user',
  validateSearch: pick('hours'),
  component: lazyRouteComponent(() => import('./pages/usage-user/usage-user-page.tsx'), 'UsageUserPage'),
});
const analyticsRoute = createRoute({
  getParentRoute,
  path: '/analytics',
  validateSearch: pick('range', 'by', 'service', 'logger', 'agent', 'category'),
  component: lazyRouteComponent(() => import('./pages/analytics/analytics-page.tsx'), 'AnalyticsPage'),
});
const tracesRoute = createRoute({
  getParentRoute,
  path: '/traces',
  validateSearch: pick('range', 'service', 'status', 'minDurationMs'),
  component: lazyRouteComponent(() => import('./pages/traces/traces-page.tsx'), 'TracesPage'),
});
const traceRoute = createRoute({
  getParentRoute,
  path: '/traces/$id',
  component: lazyRouteComponent(() => import('./pages/trace/trace-page.tsx'), 'TracePage'),
});
const auditRoute = createRoute({
  getParentRoute,
  path: '/audit',
  validateSearch: pick('trail', 'actor', 'action', 'object', 'from', 'to'),
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
});
const templatesRoute = createRoute({
  getParentRoute,
  path: '/templates',
  component: lazyRouteComponent(() => import('./pages/templates/templates-page.tsx'), 'TemplatesPage'),
});
const templateRoute = createRoute({
  getParentRoute,
  path: '/templates/$namespace/$name',
  validateSearch: pick('version'),
  component: lazyRouteComponent(() => import('./pages/template/template-page.tsx'), 'TemplatePage'),
});
const coordinationRoute = createRoute({
  getParentRoute,
  path: '/coordination',
  component: lazyRouteComponent(() => import('./pages/coordination/coordination-page.tsx'), 'CoordinationPage'),
});
const deploymentsRoute = createRoute({
  getParentRoute,
  path: '/deployments',
  validateSearch: pick('service', 'state'),
  component: lazyRouteComponent(() => import('./pages/deployments/deployments-page.tsx'), 'DeploymentsPage'),
});
const deploymentRoute = createRoute({
  getParentRoute,
  path: '/deployments/$id',
  component: lazyRouteComponent(() => import('./pages/deployment/deployment-page.tsx'), 'DeploymentPage'),
});
const fixesRoute = createRoute({
  getParentRoute,
  path: '/fixes',
  validateSearch: pick('issue'),
  component: lazyRouteComponent(() => import('./pages/fixes/fixes-page.tsx'), 'FixesPage'),
});
const fixRoute = createRoute({
  getParentRoute,
  path: '/fixes/$id',
  component: lazyRouteComponent(() => import('./pages/fix/fix-page.tsx'), 'FixPage'),
});
const analysisRoute = createRoute({
  getParentRoute,
  path: '/analysis',
  component: lazyRouteComponent(() => import('./pages/analysis/analysis-page.tsx'), 'AnalysisPage'),
});
const conversationRoute = createRoute({
  getParentRoute,
  path: '/analysis/conversations/$id',
  component: lazyRouteComponent(() => import('./pages/conversation/conversation-page.tsx'), 'ConversationPage'),
});
const debatesRoute = createRoute({
  getParentRoute,
  path: '/debates',
  component: lazyRouteComponent(() => import('./pages/debates/debates-page.tsx'), 'DebatesPage'),
});
const debateRoute = createRoute({
  getParentRoute,
  path: '/debates/$id',
  component: lazyRouteComponent(() => import('./pages/debate/debate-page.tsx'), 'DebatePage'),
});
const sourcesRoute = createRoute({
  getParentRoute,
  path: '/sources',
  validateSearch: pick('client'),
  component: lazyRouteComponent(() => import('./pages/sources/sources-page.tsx'), 'SourcesPage'),
});
const settingsRoute = createRoute({
  getParentRoute,
  path: '/settings',
  validateSearch: pick('section'),
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});
const setUpRoute = createRoute({
  getParentRoute,
  path: '/setup',
  validateSearch: pick('token'),
  component: lazyRouteComponent(() => import('./pages/access/set-up-page.tsx'), 'SetUpPage'),
});

const routeTree = rootRoute.addChildren([
  overviewRoute,
  welcomeRoute,
  issuesRoute,
  issueRoute,
  eventsRoute,
  reportsRoute,
  reportRoute,
  deliveriesRoute,
  deliveryRoute,
  healthLogRoute,
  jobsRoute,
  jobRoute,
  jobRunRoute,
  runRoute,
  chainsRoute,
  chainRoute,
  alertsRoute,
  alertRoute,
  routesRoute,
  channelsRoute,
  usageRoute,
  usageUserRoute,
  analyticsRoute,
  tracesRoute,
  traceRoute,
  auditRoute,
  templatesRoute,
  templateRoute,
  coordinationRoute,
  deploymentsRoute,
  deploymentRoute,
  fixesRoute,
  fixRoute,
  analysisRoute,
  conversationRoute,
  debatesRoute,
  debateRoute,
  sourcesRoute,
  settingsRoute,
  setUpRoute,
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultRemountDeps: ({ params }) => params, // What was begun for one object never goes to the next of its kind.
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: CrashedPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
