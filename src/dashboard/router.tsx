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
  component: lazyRouteComponent(() => import('./pages/deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});
const deliveryRoute = createRoute({
  getParentRoute,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('./pages/deliveries/delivery-page.tsx'), 'DeliveryPage'),
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
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: CrashedPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
