import { Hono } from 'hono';
import type { AppEnv } from '../app-env.ts';
import type { ChangeStreams } from '../change-streams.ts';
import { needs, stillMay } from '../middleware/caller.ts';
import { TryLater } from '../problem.ts';

/** Server-sent events: `event: change`, and those of the contract's `LiveEventName`. Who was away asks again for what it shows; nothing is kept for it. */
export const changeRoutes = (streams: ChangeStreams) =>
  new Hono<AppEnv>().get('/api/changes', needs('read'), (context) => {
    const stream = streams.open(stillMay(context, 'read'));
    if (!stream) throw new TryLater('rate_limited', 30, { reason: context.var.messages.server.reasons.listeners });
    return context.body(stream, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
  });
