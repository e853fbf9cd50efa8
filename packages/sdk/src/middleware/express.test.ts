import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Identity } from '../usage/index.ts';
import { guardianExpress } from './express.ts';
import {
  authenticate,
  describeFramework,
  echo,
  endless,
  type Framework,
  listen,
  PaymentError,
  threeWords,
} from './framework-fixtures.ts';

type Authenticated = Request & { user?: Identity | undefined };

function frameworkOf(name: string, create: typeof express): Framework {
  return {
    name,
    mounted: '/t/:tenant/notes/:note',
    async start(usage, { identify, first, ...options }) {
      const app = create();
      const guardian = () =>
        guardianExpress<Authenticated>(usage, { ...options, identify: (request) => identify?.(request.user) });
      app.use((request: Request, _response: Response, next: NextFunction) => {
        first?.(request);
        next();
      });
      app.use(guardian());
      app.use(guardian());
      app.use((request: Authenticated, _response: Response, next: NextFunction) => {
        request.user = authenticate(request.headers.authorization);
        next();
      });
      app.get('/', (_request, response) => void response.send('hello'));
      app.get(['/health', '/api/health', '/ready', '/healthcare'], (_request, response) => void response.send('fine'));
      app
        .route('/api/threads')
        .get((_request, response) => void response.json([]))
        .post((_request, response) => void response.status(201).json({}));
      app.get('/api/threads/:id', (_request, response) => void response.json({}));
      app.post('/api/chat/message', (_request, response) => void response.json({}));
      app.post('/api/documents/upload', (_request, response) => void response.status(413).json({}));
      app.get('/api/gone/:id', (_request, response) => void response.status(404).json({}));
      app.get(
        '/api/private/:id',
        (request: Authenticated, response) => void response.status(request.user === undefined ? 401 : 200).json({}),
      );
      app.get('/api/fails/:id', () => {
        throw new PaymentError();
      });
      app.get('/api/stream/:id', (_request, response) => void Readable.from(threeWords()).pipe(response));
      app.get('/api/endless/:id', (_request, response) => void Readable.from(endless()).pipe(response));
      app.post('/api/echo/:id', express.text({ type: () => true }), (request, response) => {
        const { status, text } = echo(request.params.id ?? '', String(request.body));
        response.status(status).set('x-echo', text.slice(0, 20)).send(text);
      });
      const notes = create.Router();
      notes.get('/:note', (request, response) => {
        if (request.params.note === 'fails') throw new PaymentError();
        response.json({});
      });
      const tenant = create.Router();
      tenant.use('/notes', notes);
      app.use('/t/:tenant', tenant);
      app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
        response.status(500).json({ error: 'failed' });
      });
      const server = createServer(app);
      await listen(server);
      return { server, stop: () => new Promise((stopped) => server.close(() => stopped())) };
    },
  };
}

describeFramework(frameworkOf('Express 5', express));
const express4 = createRequire(import.meta.url)('express4') as typeof express;
describeFramework(frameworkOf('Express 4', express4));
