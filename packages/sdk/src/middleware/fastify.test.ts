import { Readable } from 'node:stream';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Identity } from '../usage/index.ts';
import { guardianFastify } from './fastify.ts';
import { authenticate, describeFramework, echo, endless, PaymentError, threeWords } from './framework-fixtures.ts';

type Authenticated = FastifyRequest & { user?: Identity | undefined };

describeFramework({
  name: 'Fastify 5',
  mounted: '/t/:tenant/notes/:note',
  async start(usage, { identify, first, ...options }) {
    const app = fastify();
    const guardian = () =>
      guardianFastify<Authenticated>(usage, { ...options, identify: (request) => identify?.(request.user) });
    app.addHook('onRequest', async (request) => first?.(request, request.raw));
    app.register(guardian());
    app.register(guardian());
    app.addHook('onRequest', async (request: Authenticated) => {
      request.user = authenticate(request.headers.authorization);
    });
    app.setErrorHandler(async (_error, _request, reply) => reply.code(500).send({ error: 'failed' }));
    app.get('/', async () => 'hello');
    for (const path of ['/health', '/api/health', '/ready', '/healthcare']) app.get(path, async () => 'fine');
    app.get('/api/threads', async () => []);
    app.options('/api/threads', async () => '');
    app.post('/api/threads', async (_request, reply) => reply.code(201).send({}));
    app.get('/api/threads/:id', async () => ({}));
    app.post('/api/chat/message', async () => ({}));
    app.post('/api/documents/upload', async (_request, reply) => reply.code(413).send({}));
    app.get('/api/gone/:id', async (_request, reply) => reply.code(404).send({}));
    app.get(
      '/api/private/:id',
      {
        preHandler: async (request: Authenticated, reply: FastifyReply) => {
          if (request.user === undefined) await reply.code(401).send({});
        },
      },
      async () => ({}),
    );
    app.get('/api/fails/:id', async () => {
      throw new PaymentError();
    });
    app.get('/api/stream/:id', async (_request, reply) => reply.send(Readable.from(threeWords())));
    app.get('/api/endless/:id', async (_request, reply) => reply.send(Readable.from(endless())));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) => body);
    app.post<{ Params: { id: string } }>('/api/echo/:id', async ({ params, body }, reply) => {
      const { status, text } = echo(params.id, String(body));
      return reply.code(status).header('x-echo', text.slice(0, 20)).send(text);
    });
    app.register(
      async (notes) => {
        notes.get<{ Params: { note: string } }>('/notes/:note', async ({ params }) => {
          if (params.note === 'fails') throw new PaymentError();
          return {};
        });
      },
      { prefix: '/t/:tenant' },
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { server: app.server, stop: () => app.close() };
  },
});
