import { registerHooks } from 'node:module';
import type { Express, NextFunction, Request, Response } from 'express';
import type { FastifyInstance } from 'fastify';
import type { Hono } from 'hono';
import { createDelivery } from '../../packages/sdk/src/delivery/create-delivery.ts';
import { guardianExpress } from '../../packages/sdk/src/middleware/express.ts';
import { guardianFastify } from '../../packages/sdk/src/middleware/fastify.ts';
import { guardianHono } from '../../packages/sdk/src/middleware/hono.ts';
import { guardianSink } from '../../packages/sdk/src/sinks/guardian.ts';
import { createUsage, type Usage } from '../../packages/sdk/src/usage/index.ts';
import { type Costs, createStopwatch } from './stopwatch.ts';

/** `bare` and `again` are the same: what differs between them is the noise. `timed` is Guardian's with a stopwatch around it. */
const APITALLY = { clientId: '0198f3c2-7d1e-4aaa-8bbb-0123456789ab', env: 'bench' };

const stopwatch = createStopwatch();

export function costs(): Costs | null {
  return stopwatch.costs();
}

function openUsage(sink: string): Usage {
  const delivery = createDelivery({ sink: guardianSink({ url: sink, key: 'bench', stream: 'usage' }), folder: null });
  return createUsage({ delivery, service: 'bench' });
}

/** An identity that is there, as after any authentication. */
const identify = () => 'ann@example.com';

export async function express(app: Express, variant: string, sink: string): Promise<void> {
  if (variant === 'apitally') {
    const { useApitally: watchByApitally } = await import('apitally/express');
    watchByApitally(app, APITALLY);
  }
  if (variant === 'guardian') app.use(guardianExpress(openUsage(sink), { identify }));
  if (variant !== 'timed') return;
  const guardian = guardianExpress(openUsage(sink), { identify });
  app.use((request: Request, response: Response, next: NextFunction) => {
    stopwatch.around(response, () => guardian(request, response, () => undefined));
    next();
  });
}

export async function fastify(app: FastifyInstance, variant: string, sink: string): Promise<void> {
  if (variant === 'apitally') {
    registerHooks({
      resolve: (name, context, next) =>
        name === 'fastify-plugin'
          ? { url: new URL('./fastify-plugin.ts', import.meta.url).href, shortCircuit: true }
          : next(name, context),
    });
    await app.register((await import('apitally/fastify')).apitallyPlugin, APITALLY);
  }
  if (variant === 'guardian') await app.register(guardianFastify(openUsage(sink), { identify }));
  if (variant !== 'timed') return;
  // The hooks that the plugin adds, taken over with a stopwatch around the one that every request passes.
  await guardianFastify(openUsage(sink), { identify })({
    addHook(name: string, hook: (...given: never[]) => void) {
      if (name !== 'onRequest') return;
      app.addHook('onRequest', (request, reply, done) => {
        const nothing = () => undefined;
        stopwatch.around(reply.raw, () => hook(request as never, reply as never, nothing as never));
        done();
      });
    },
  });
}

export async function hono(app: Hono, variant: string, sink: string): Promise<void> {
  if (variant === 'apitally') {
    const { useApitally: watchByApitally } = await import('apitally/hono');
    watchByApitally(app, APITALLY);
  }
  if (variant === 'guardian') app.use(guardianHono(openUsage(sink), { identify }));
  if (variant !== 'timed') return;
  const guardian = guardianHono(openUsage(sink), { identify });
  const done = Promise.resolve();
  app.use((c, next) => {
    const { outgoing } = c.env as { outgoing: object };
    stopwatch.around(outgoing, () => guardian(c, () => done));
    return next();
  });
}
