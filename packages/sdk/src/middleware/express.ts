import type { IncomingRequest, TrackOptions, Usage } from '../usage/index.ts';
import type { Tracker } from '../usage/tracker.ts';
import { UNMATCHED } from '../usage/usage-record.ts';
import { type Answer, pathOf, statusAtClose } from './answer.ts';
import {
  type ExpressApp,
  type ExpressLayer,
  type ExpressRoute,
  findPlaces,
  type Place,
  stackOf,
  templateByProbe,
} from './express-template.ts';

/** Of an Express request, all that is read. */
export interface ExpressRequest extends IncomingRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly route?: unknown;
  readonly app: unknown;
}

type Next = (error?: unknown) => void;

/**
 * `app.use(guardianExpress(usage, { identify: (req: Request) => req.user?.email }))` for Express 4 and 5, before the routes. Records when the answer
 * has ended, whoever sent it. Of an error that an error handler turned into an answer the class is recorded, wherever the handler stands.
 */
export function guardianExpress<Request extends ExpressRequest>(usage: Usage, options: TrackOptions<Request> = {}) {
  const tracker = usage.track<Request>(options);
  const templates = createTemplateFinder();

  return function guardianUsage(request: Request, response: Answer, next: Next): void {
    const startedAt = tracker.begin();
    watchErrors(request.app);
    response.on('close', () => {
      if (tracker.claimAtClose(response)) end(tracker, templates, { request, response, startedAt });
    });
    next();
  };
}

interface Ended<Request> {
  request: Request;
  response: Answer;
  startedAt: number;
}

function end<Request extends ExpressRequest>(
  tracker: Tracker<Request>,
  templateOf: (request: ExpressRequest, route: ExpressRoute) => string,
  { request, response, startedAt }: Ended<Request>,
): void {
  const route = request.route as ExpressRoute | undefined;
  if (route === undefined && tracker.isSkippedPath(pathOf(request.originalUrl))) {
    tracker.skipped();
    return;
  }
  const template = route === undefined ? UNMATCHED : templateOf(request, route);
  const thrown = errors.get(request);
  const status = statusAtClose(response, request, thrown);
  tracker.end(tracker.route(request.method, template), request, request, startedAt, status, thrown);
}

/** Mounted paths with parameters have as many texts as tenants: so many are kept per route. */
const MAX_PATHS = 1_000;

interface KnownRoute {
  /** The template, if it is the same for every request. */
  template: string | null;
  places: readonly Place[];
  byPath: Map<string, string>;
}

function createTemplateFinder(): (request: ExpressRequest, route: ExpressRoute) => string {
  const known = new WeakMap<ExpressRoute, KnownRoute>();

  function learn(app: ExpressApp, route: ExpressRoute): KnownRoute {
    const places = findPlaces(app, route);
    const [only] = places;
    const learned: KnownRoute = {
      template: places.length === 1 ? (only?.template ?? null) : null,
      places,
      byPath: new Map(),
    };
    // Not found is not kept: an error may have left the application that the route belongs to.
    if (places.length > 0) known.set(route, learned);
    return learned;
  }

  return (request, route) => {
    const app = request.app as ExpressApp;
    const { template, places, byPath } = known.get(route) ?? learn(app, route);
    if (template !== null) return template;
    const path = pathOf(request.originalUrl);
    const kept = byPath.get(path);
    if (kept !== undefined) return kept;
    const probed = places.map((place) => templateByProbe(place, app, path, route)).find((found) => found !== null);
    // A route that stands nowhere in the stack is called by hand: where it is mounted is not told.
    const found = probed ?? UNMATCHED;
    if (byPath.size >= MAX_PATHS) byPath.clear();
    byPath.set(path, found);
    return found;
  };
}

/** What travelled through `next(error)`, by request: gone with the request. */
const errors = new WeakMap<object, unknown>();
const watched = new WeakSet<object>();

type HandleError = (this: unknown, error: unknown, request: object, ...rest: unknown[]) => unknown;

interface LayerPrototype {
  handle_error?: HandleError;
  handleError?: HandleError;
}

/**
 * Notes each error before the next layer sees it. A handler placed after the routes would miss what the application's own handlers
 * answer, and would be a second line to install. Costs nothing while nothing fails; a last layer of our own sees what nobody handles.
 */
function watchErrors(app: unknown): void {
  // `connect` and the like have none.
  if (typeof app !== 'function' || watched.has(app)) return;
  watched.add(app);
  const layer: ExpressLayer | undefined = stackOf(app)?.[0];
  if (layer === undefined) return;
  const prototype = Object.getPrototypeOf(layer) as LayerPrototype;
  if (!watched.has(prototype)) {
    watched.add(prototype);
    const name = prototype.handleError === undefined ? 'handle_error' : 'handleError';
    const handle = prototype[name];
    if (handle === undefined) return;
    prototype[name] = function noteError(error, request, ...rest) {
      if (error instanceof Error && !errors.has(request)) errors.set(request, error);
      return handle.call(this, error, request, ...rest);
    };
  }
  (app as { use?: (handler: unknown) => void }).use?.(function guardianErrors(
    error: unknown,
    _request: unknown,
    _response: unknown,
    next: Next,
  ) {
    next(error);
  });
}
