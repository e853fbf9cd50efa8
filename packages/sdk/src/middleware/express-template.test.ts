import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createUsage } from '../usage/index.ts';
import { ask, keepingDelivery } from '../usage/usage-fixtures.ts';
import { guardianExpress } from './express.ts';
import { listen } from './framework-fixtures.ts';

const express4 = createRequire(import.meta.url)('express4') as typeof express;

/** The endpoints recorded for these paths. */
async function endpointsOf(app: Express, paths: readonly string[]): Promise<(string | undefined)[]> {
  const delivery = keepingDelivery();
  const usage = createUsage({ delivery, service: 'shop' });
  const root = (app.get('root') as Express | undefined) ?? app;
  const server = createServer((request, response) => {
    guardianFirst(request as Request, response as Response, () => root(request, response));
  });
  const guardian = guardianExpress(usage);
  /** Installed as the first layer of the application, whatever the application is. */
  function guardianFirst(_request: Request, _response: Response, next: NextFunction) {
    next();
  }
  (root.get('install') as ((handler: unknown) => void) | undefined)?.(guardian);
  await listen(server);
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  for (const path of paths) await ask(`http://127.0.0.1:${port}${path}`);
  usage.drain();
  return delivery.requests().map(({ endpoint }) => endpoint);
}

/** An application whose first layer is the middleware, with what `build` adds. */
function application(create: typeof express, build: (app: Express) => void): Express {
  const app = create();
  let installed: ((request: unknown, response: unknown, next: NextFunction) => void) | null = null;
  app.set('install', (handler: typeof installed) => {
    installed = handler;
  });
  app.use((request, response, next) => (installed === null ? next() : installed(request, response, next)));
  build(app);
  app.use(
    (_error: unknown, _request: Request, response: Response, _next: NextFunction) => void response.sendStatus(500),
  );
  return app;
}

const ok = (_request: unknown, response: Response) => void response.json({});

for (const [name, create] of [
  ['Express 5', express],
  ['Express 4', express4],
] as const) {
  describe(name, () => {
    test('one router mounted at two places has two templates', async () => {
      const app = application(create, (root) => {
        const router = create.Router();
        router.get('/:id', ok);
        root.use('/v1/threads', router);
        root.use('/v2/:tenant/threads', router);
      });
      const paths = ['/v1/threads/7', '/v2/acme/threads/7', '/v2/other/threads/8', '/v1/threads/9'];
      expect(await endpointsOf(app, paths)).toEqual([
        '/v1/threads/:id',
        '/v2/:tenant/threads/:id',
        '/v2/:tenant/threads/:id',
        '/v1/threads/:id',
      ]);
    });

    test('one mount of several paths, and one route of several paths', async () => {
      const app = application(create, (root) => {
        const router = create.Router();
        router.get(['/a/:id', '/b'], ok);
        root.use(['/x', '/y'], router);
      });
      expect(await endpointsOf(app, ['/x/a/1', '/y/a/2', '/y/b'])).toEqual(['/x/a/:id', '/y/a/:id', '/y/b']);
    });

    test('an application mounted on another, also below a parameter', async () => {
      const app = application(create, (root) => {
        const inner = create();
        inner.get('/notes/:note', ok);
        root.use('/t/:tenant', inner);
      });
      expect(await endpointsOf(app, ['/t/acme/notes/1'])).toEqual(['/t/:tenant/notes/:note']);
    });

    test('an error below a parameter keeps the template, though Express has unwound the path', async () => {
      const app = application(create, (root) => {
        const router = create.Router({ mergeParams: true });
        router.get('/notes/:note', () => {
          throw new Error('x');
        });
        root.use('/t/:tenant', router);
      });
      expect(await endpointsOf(app, ['/t/acme/notes/1'])).toEqual(['/t/:tenant/notes/:note']);
    });

    test('a pattern of their own is the text of the pattern, never the path', async () => {
      const app = application(create, (root) => {
        root.get(/^\/reports\/(\d+)$/, ok);
        const router = create.Router();
        router.get('/x', ok);
        root.use(/\/secret-\w+/, router);
      });
      const found = await endpointsOf(app, ['/reports/4711', '/secret-piano/x']);
      expect(found[0]).toBe('/^\\/reports\\/(\\d+)$/');
      expect(found[1]).not.toContain('piano');
    });
  });
}
