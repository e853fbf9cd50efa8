import type { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import type { AppEnv } from './app-env.ts';
import { matchIngestPath } from './ingest/match-path.ts';
import { ROUTE_GROUPS, type RouteGroup, type Routes } from './routes/route-groups.ts';

/** They tell of every route there is. */
const WHOLE: ReadonlySet<string> = new Set(['metrics', 'openapi.json', 'docs']);

/**
 * Loads a group of routes with the first request of its noun, before that request is matched: together they take 8 MB and 0.1 s, and a server that
 * only watches answers few of them.
 */
export function loadRoutesWhenAsked(app: Hono<AppEnv>): void {
  const groupOf = new Map(ROUTE_GROUPS.flatMap((group) => group.nouns.map((noun) => [noun, group] as const)));
  const left = new Set(ROUTE_GROUPS);
  const loading = new Map<RouteGroup, Promise<void>>();
  const dispatch = app.fetch;

  app.fetch = (request, ...rest) => {
    if (left.size === 0) return dispatch(request, ...rest);
    const path = getPath(request);
    const asked = groupsOf(nounOf(path)).filter((group) => left.has(group));
    // `POST /api/events` is answered before any route.
    if (asked.length === 0 || matchIngestPath(request.method, path)) return dispatch(request, ...rest);
    return Promise.all(asked.map(load)).then(() => dispatch(request, ...rest));
  };

  function groupsOf(noun: string): readonly RouteGroup[] {
    if (WHOLE.has(noun)) return ROUTE_GROUPS;
    const group = groupOf.get(noun);
    return group ? [group] : [];
  }

  function load(group: RouteGroup): Promise<void> {
    const known = loading.get(group);
    if (known) return known;
    const made = routesOf(group).then((routes) => {
      for (const one of routes) app.route('/', one);
      left.delete(group);
    });
    loading.set(group, made);
    // What could not be loaded now may be with the next request.
    made.catch(() => loading.delete(group));
    return made;
  }
}

/** All of them, in the order of the document. */
export async function allRoutes(): Promise<Routes[]> {
  return (await Promise.all(ROUTE_GROUPS.map(routesOf))).flat();
}

/** Of whatever routes are served by hand, the schema of types says nothing here. */
async function routesOf(group: RouteGroup): Promise<readonly Routes[]> {
  return (await group.load()) as readonly Routes[];
}

/** `/api/issues/5` → `issues`, `/ack/abc` → `ack`. */
function nounOf(path: string): string {
  const [, first = '', second = ''] = path.split('/', 3);
  return first === 'api' ? second : first;
}
