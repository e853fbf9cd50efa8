import type { IncomingRequest, TrackOptions, Usage } from '../usage/index.ts';
import type { Route } from '../usage/route-table.ts';
import { UNMATCHED } from '../usage/usage-record.ts';
import { type Answer, pathOf, statusAtClose } from './answer.ts';

/** Of a Fastify request, all that is read. */
export interface FastifyRequest {
  readonly raw: IncomingRequest & { readonly method?: string | undefined; readonly url?: string | undefined };
  readonly routeOptions: { readonly url?: string | undefined; readonly config?: unknown };
}

interface FastifyReply {
  readonly raw: Answer;
}

type Done = () => void;

interface FastifyInstance<Request> {
  addHook(name: 'onRequest', hook: (request: Request, reply: FastifyReply, done: Done) => void): unknown;
  addHook(name: 'onError', hook: (request: Request, reply: FastifyReply, error: unknown, done: Done) => void): unknown;
}

/**
 * `app.register(guardianFastify(usage, { identify: (request: FastifyRequest) => request.user?.email }))` for Fastify 5. Listens to the answer's own
 * `close` and adds no `onResponse` hook: that one alone makes Fastify's hello world 3 % slower.
 */
export function guardianFastify<Request extends FastifyRequest>(usage: Usage, options: TrackOptions<Request> = {}) {
  const tracker = usage.track<Request>(options);
  const routes = new WeakMap<object, Route>();
  const errors = new WeakMap<object, unknown>();

  function routeOf(request: Request): Route {
    const method = request.raw.method ?? 'GET';
    const key = contextOf(request);
    const known = routes.get(key);
    if (known !== undefined && known.method === method) return known;
    const route = tracker.route(method, request.routeOptions.url ?? UNMATCHED);
    // Of a route with several methods the last one is kept: the table has the others.
    if (route.method === method) routes.set(key, route);
    return route;
  }

  function end(request: Request, answer: Answer, startedAt: number): void {
    const route = routeOf(request);
    if (route.template === UNMATCHED && tracker.isSkippedPath(pathOf(request.raw.url))) {
      tracker.skipped();
      return;
    }
    const thrown = errors.get(request);
    tracker.end(route, request.raw, request, startedAt, statusAtClose(answer, request.raw, thrown), thrown);
  }

  async function guardianUsage(instance: FastifyInstance<Request>): Promise<void> {
    instance.addHook('onRequest', (request, reply, done) => {
      const answer = reply.raw;
      const startedAt = tracker.begin();
      answer.on('close', () => {
        if (tracker.claimAtClose(answer)) end(request, answer, startedAt);
      });
      done();
    });
    instance.addHook('onError', (request, _reply, error, done) => {
      errors.set(request, error);
      done();
    });
  }
  // Hooks of a plugin reach its own routes only, unless the plugin says so: the convention of `fastify-plugin`.
  return Object.assign(guardianUsage, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'guardian-usage',
  });
}

/** Where Fastify keeps the route of a request; found at the first request of each shape. */
let contextSymbol: symbol | undefined;

/**
 * An object that is the same for every request of a route. `routeOptions` builds a new one with twelve fields at each reading, so what
 * it reads from is taken where it is found; `config` is the same for a route, and is its public part.
 */
function contextOf(request: FastifyRequest): object {
  if (contextSymbol === undefined || !(contextSymbol in request))
    contextSymbol = Object.getOwnPropertySymbols(request).find(({ description }) => description === 'fastify.context');
  const found =
    contextSymbol === undefined ? undefined : (request as unknown as Record<symbol, unknown>)[contextSymbol];
  const context = found ?? request.routeOptions.config;
  return typeof context === 'object' && context !== null ? context : request;
}
