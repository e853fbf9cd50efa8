import type { IncomingRequest, TrackOptions, Usage } from '../usage/index.ts';
import { requestOfFetch } from '../usage/request-headers.ts';
import type { Route } from '../usage/route-table.ts';
import { UNMATCHED } from '../usage/usage-record.ts';
import { type Answer, statusAtClose } from './answer.ts';

interface HonoRoute {
  readonly path: string;
  readonly method: string;
  readonly handler: { readonly length: number };
}

/** Of a Hono context, all that is read. */
export interface HonoContext {
  readonly req: {
    readonly method: string;
    readonly path: string;
    readonly raw: { readonly headers: { get(name: string): string | null } };
    readonly routeIndex: number;
    readonly matchedRoutes: readonly HonoRoute[];
  };
  readonly res: { readonly status: number };
  readonly error?: Error | undefined;
  readonly env: unknown;
}

/**
 * `app.use(guardianHono(usage, { identify: (c: Context<Env>) => c.get('user')?.email }))`, before the routes. On `@hono/node-server` it records when the
 * answer has gone out, streams and aborts included; on another runtime, when the handlers are done.
 */
export function guardianHono<Context extends HonoContext>(usage: Usage, options: TrackOptions<Context> = {}) {
  const tracker = usage.track<Context>(options);

  function end(context: Context, incoming: IncomingRequest, startedAt: number, status: number): void {
    const { method, path, matchedRoutes, routeIndex } = context.req;
    const route: Route = tracker.route(method, templateOf(matchedRoutes, routeIndex));
    if (route.template === UNMATCHED && tracker.isSkippedPath(path)) tracker.skipped();
    else tracker.end(route, incoming, context, startedAt, status, context.error);
  }

  return function guardianUsage(context: Context, next: () => Promise<void>): Promise<void> {
    const node = nodeOf(context.env);
    const startedAt = tracker.begin();
    if (node !== null) {
      const { incoming, outgoing } = node;
      outgoing.on('close', () => {
        if (tracker.claimAtClose(outgoing))
          end(context, incoming, startedAt, statusAtClose(outgoing, incoming, context.error));
      });
      return next();
    }
    if (!tracker.claim(context)) return next();
    return next().then(() => end(context, requestOfFetch(context.req.raw.headers), startedAt, context.res.status));
  };
}

/**
 * The route that answered, or that was on its way to: middlewares stand in the same list, under `ALL` and with a second parameter for
 * `next`. A middleware that refused (401) is charged to the route behind it.
 */
function templateOf(routes: readonly HonoRoute[], answeredBy: number): string {
  for (let index = Math.max(0, answeredBy); index < routes.length; index++) {
    const route = routes[index];
    if (route !== undefined && (route.method !== 'ALL' || route.handler.length < 2)) return route.path;
  }
  return UNMATCHED;
}

/** What `@hono/node-server` puts into `env`. */
function nodeOf(env: unknown): { incoming: IncomingRequest; outgoing: Answer } | null {
  if (typeof env !== 'object' || env === null || !('outgoing' in env) || !('incoming' in env)) return null;
  return env as { incoming: IncomingRequest; outgoing: Answer };
}
