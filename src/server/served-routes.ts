import type { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import { DEFAULT_SERVER_KNOBS } from './knobs.ts';

/** What comes in beside the routes of the app; these are counted by a name of their own. */
const DOORS = [...Object.keys(DEFAULT_SERVER_KNOBS.bodyBytes), 'ping', 'audit-trail', 'keys'];

/** Every method and pattern that is served, as requests are counted: known values, so that their figures stand at 0 from the start. */
export function servedRoutes(app: Pick<Hono<AppEnv>, 'routes'>): { method: string; route: string }[] {
  // Of every method are steps on the way to a route.
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  return [
    ...routes.map(({ method, path }) => ({ method, route: path })),
    ...DOORS.map((door) => ({ method: 'POST', route: `ingest:${door}` })),
    // Screens and their files, and every address that is none.
    { method: 'GET', route: '/*' },
  ];
}
