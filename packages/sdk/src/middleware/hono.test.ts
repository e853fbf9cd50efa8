import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { expect, test } from 'vitest';
import { createUsage, type Identity } from '../usage/index.ts';
import { keepingDelivery } from '../usage/usage-fixtures.ts';
import {
  authenticate,
  describeFramework,
  echo,
  endless,
  listen,
  PaymentError,
  threeWords,
} from './framework-fixtures.ts';
import { guardianHono } from './hono.ts';

interface Env {
  Variables: { user: Identity | undefined };
}

describeFramework({
  name: 'Hono',
  mounted: '/t/:tenant/notes/:note',
  async start(usage, { identify, first, ...options }) {
    const app = new Hono<Env>();
    app.use(async (c, next) => {
      first?.(c.req, c.req.raw, (c.env as { incoming: object }).incoming);
      await next();
    });
    app.use(guardianHono(usage, { ...options, identify: (c: Context<Env>) => identify?.(c.get('user')) }));
    app.use(guardianHono(usage, { ...options, identify: () => 'second@example.com' }));
    app.use(async (c, next) => {
      c.set('user', authenticate(c.req.header('authorization')));
      await next();
    });
    app.use('/api/private/*', async (c, next) => {
      if (c.get('user') === undefined) return c.json({}, 401);
      return next();
    });
    app.get('/', (c) => c.text('hello'));
    for (const path of ['/health', '/api/health', '/ready', '/healthcare']) app.get(path, (c) => c.text('fine'));
    app.get('/api/threads', (c) => c.json([]));
    app.post('/api/threads', (c) => c.json({}, 201));
    app.get('/api/threads/:id', (c) => c.json({}));
    app.post('/api/chat/message', (c) => c.json({}));
    app.post('/api/documents/upload', (c) => c.json({}, 413));
    app.get('/api/gone/:id', (c) => c.json({}, 404));
    app.get('/api/private/:id', (c) => c.json({}));
    app.get('/api/fails/:id', () => {
      throw new PaymentError();
    });
    app.get('/api/stream/:id', (c) =>
      stream(c, async (body) => {
        for await (const word of threeWords()) await body.write(word);
      }),
    );
    app.get('/api/endless/:id', (c) =>
      stream(c, async (body) => {
        for await (const tick of endless()) {
          if (body.aborted) return;
          await body.write(tick);
        }
      }),
    );
    app.post('/api/echo/:id', async (c) => {
      const { status, text } = echo(c.req.param('id'), await c.req.text());
      return c.text(text, status as 200, { 'x-echo': text.slice(0, 20) });
    });
    const notes = new Hono<Env>();
    notes.get('/notes/:note', (c) => {
      if (c.req.param('note') === 'fails') throw new PaymentError();
      return c.json({});
    });
    app.route('/t/:tenant', notes);
    app.onError((_error, c) => c.json({ error: 'failed' }, 500));
    const server = createAdaptorServer(app) as Server;
    await listen(server);
    return { server, stop: () => new Promise((stopped) => server.close(() => stopped())) };
  },
});

test('Hono without a node server records when the handlers are done', async () => {
  const delivery = keepingDelivery();
  const usage = createUsage({ delivery, service: 'shop' });
  const app = new Hono();
  app.use(guardianHono(usage, { identify: () => 'ann@example.com' }));
  app.get('/api/threads/:id', (c) => c.json({}, 403));
  await app.request('/api/threads/7', { headers: { 'user-agent': 'curl/8.5.0' } });
  await app.request('/api/threads/7', { headers: { dnt: '1' } });
  usage.drain();
  expect(delivery.requests()).toMatchObject([
    { endpoint: '/api/threads/:id', status: 403, user: 'ann@example.com', userAgent: 'curl' },
    { user: null },
  ]);
});
