import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';
import type { Identity } from '../usage/index.ts';
import {
  authenticate,
  describeFramework,
  echo,
  endless,
  listen,
  PaymentError,
  textOf,
  threeWords,
} from './framework-fixtures.ts';
import { guardianKoa } from './koa.ts';

interface State {
  user?: Identity | undefined;
}

describeFramework({
  name: 'Koa',
  mounted: '/t/:tenant/notes/:note',
  async start(usage, { identify, first, ...options }) {
    const app = new Koa<State>();
    app.on('error', () => undefined);
    const guardian = () =>
      guardianKoa<Koa.ParameterizedContext<State>>(usage, {
        ...options,
        identify: (context) => identify?.(context.state.user),
      });
    app.use((context, next) => {
      first?.(context, context.request, context.req);
      return next();
    });
    app.use(guardian());
    app.use(guardian());
    app.use(async (context, next) => {
      context.state.user = authenticate(context.get('authorization') || undefined);
      await next();
    });
    const router = new Router<State>();
    router.get('/', (context) => {
      context.body = 'hello';
    });
    for (const path of ['/health', '/api/health', '/ready', '/healthcare']) {
      router.get(path, (context) => {
        context.body = 'fine';
      });
    }
    router.get('/api/threads', (context) => {
      context.body = [];
    });
    router.post('/api/threads', (context) => {
      context.status = 201;
      context.body = {};
    });
    router.get('/api/threads/:id', (context) => {
      context.body = {};
    });
    router.post('/api/chat/message', (context) => {
      context.body = {};
    });
    router.post('/api/documents/upload', (context) => {
      context.status = 413;
    });
    router.get('/api/gone/:id', (context) => {
      context.status = 404;
    });
    router.use('/api/private', async (context, next) => {
      if (context.state.user === undefined) context.status = 401;
      else await next();
    });
    router.get('/api/private/:id', (context) => {
      context.body = {};
    });
    router.get('/api/fails/:id', () => {
      throw new PaymentError();
    });
    router.get('/api/stream/:id', (context) => {
      context.body = Readable.from(threeWords());
    });
    router.get('/api/endless/:id', (context) => {
      context.body = Readable.from(endless());
    });
    router.post('/api/echo/:id', async (context) => {
      const { status, text } = echo(context.params.id ?? '', await textOf(context.req));
      context.status = status;
      context.set('x-echo', text.slice(0, 20));
      context.body = text;
    });
    const notes = new Router<State>();
    notes.get('/notes/:note', (context) => {
      if (context.params.note === 'fails') throw new PaymentError();
      context.body = {};
    });
    router.use('/t/:tenant', notes.routes());
    app.use(router.routes()).use(router.allowedMethods());
    const server = createServer(app.callback());
    await listen(server);
    return { server, stop: () => new Promise((stopped) => server.close(() => stopped())) };
  },
});
