import type { IncomingRequest, TrackOptions, Usage } from '../usage/index.ts';
import { UNMATCHED } from '../usage/usage-record.ts';
import { type Answer, pathOf, statusAtClose } from './answer.ts';

/** Of a Koa context, all that is read. */
export interface KoaContext {
  readonly req: IncomingRequest & { readonly method?: string | undefined; readonly url?: string | undefined };
  readonly res: Answer;
  /** Written by @koa/router: the template of the route, prefixes included. */
  readonly _matchedRoute?: unknown;
  /** Written by it too: all that the path matches, `router.use` included (without methods). */
  readonly matched?: readonly KoaLayer[] | undefined;
}

interface KoaLayer {
  readonly path: unknown;
  readonly methods: readonly string[];
}

/**
 * `app.use(guardianKoa(usage, { identify: (ctx: Context) => ctx.state.user?.email }))`, before everything else. Templates are those of
 * @koa/router; without it, `(unmatched)`.
 */
export function guardianKoa<Context extends KoaContext>(usage: Usage, options: TrackOptions<Context> = {}) {
  const tracker = usage.track<Context>(options);

  return function guardianUsage(context: Context, next: () => Promise<unknown>): Promise<unknown> {
    const { req, res } = context;
    const startedAt = tracker.begin();
    let thrown: unknown;
    res.on('close', () => {
      if (!tracker.claimAtClose(res)) return;
      const template = templateOf(context);
      if (template === UNMATCHED && tracker.isSkippedPath(pathOf(req.url))) tracker.skipped();
      else {
        const status = statusAtClose(res, req, thrown);
        tracker.end(tracker.route(req.method ?? 'GET', template), req, context, startedAt, status, thrown);
      }
    });
    return next().catch((error: unknown) => {
      thrown = error;
      throw error;
    });
  };
}

/** A `router.use` that refused (401) is charged to the route behind it. */
function templateOf({ _matchedRoute: reached, matched, req }: KoaContext): string {
  if (reached === undefined) return UNMATCHED;
  const layers = matched ?? [];
  const from = Math.max(
    0,
    layers.findIndex(({ path }) => path === reached),
  );
  const method = req.method ?? 'GET';
  const answering = layers.slice(from).find(({ methods }) => methods.includes(method))?.path ?? reached;
  if (typeof answering === 'string') return answering === '' ? '/' : answering;
  return answering instanceof RegExp ? String(answering) : UNMATCHED;
}
