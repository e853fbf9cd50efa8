import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { startTracing } from './tracing.ts';

/**
 * A hello world of one framework with one way of watching it, in a process of its own: instrumentations patch what others would
 * then be measured with. `bench/middleware.ts` starts it with FRAMEWORK, VARIANT and the address of a server that takes everything.
 */
const [framework = '', variant = '', sink = ''] = process.argv.slice(2);

if (variant === 'opentelemetry') startTracing(sink);
process.env.APITALLY_HUB_BASE_URL = sink;
const require = createRequire(import.meta.url);

interface App {
  server: Server;
}

/** Everything below is loaded after the instrumentation, as its documentation asks. */
async function start(): Promise<App> {
  const watch = await import('./watch.ts');
  const http = require('node:http') as typeof import('node:http');
  switch (framework) {
    case 'express': {
      const express = require('express') as typeof import('express');
      const app = express();
      await watch.express(app, variant, sink);
      app.get('/api/threads/:id', (_request, response) => void response.json({ hello: 'world' }));
      return { server: http.createServer(app) };
    }
    case 'fastify': {
      const { default: fastify } = require('fastify') as typeof import('fastify');
      const app = fastify();
      await watch.fastify(app, variant, sink);
      app.get('/api/threads/:id', async () => ({ hello: 'world' }));
      await app.ready();
      return { server: app.server };
    }
    default: {
      const { Hono } = await import('hono');
      const { createAdaptorServer } = await import('@hono/node-server');
      const app = new Hono();
      await watch.hono(app, variant, sink);
      app.get('/api/threads/:id', (c) => c.json({ hello: 'world' }));
      return { server: createAdaptorServer({ fetch: app.fetch, createServer: http.createServer }) as Server };
    }
  }
}

const { server } = await start();
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  void import('./watch.ts').then(({ costs }) => process.send?.({ cpuUs: user + system, costs: costs() }));
});
