import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
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
import { guardianNode } from './node.ts';

/** The router of an application that has none: what it knows of a request. */
type Routed = IncomingMessage & { user?: Identity | undefined; template?: string };

const TEMPLATES: readonly [RegExp, string][] = [
  [/^\/api\/(threads|gone|private|fails|stream|endless|echo)\/[^/]+$/, '/api/$1/:id'],
  [/^(\/|\/(health|healthcare|ready)|\/api\/(health|threads|chat\/message|documents\/upload))$/, '$1'],
];

function templateOf(path: string): string | undefined {
  const [pattern, template] = TEMPLATES.find(([each]) => each.test(path)) ?? [];
  return pattern === undefined || template === undefined ? undefined : path.replace(pattern, template);
}

async function answerEcho(request: Routed, response: ServerResponse): Promise<void> {
  const { status, text } = echo(request.url?.split('/')[3]?.split('?')[0] ?? '', await textOf(request));
  response.writeHead(status, { 'x-echo': text.slice(0, 20) }).end(text);
}

function handle(request: Routed, response: ServerResponse): void | Promise<void> {
  const end = (status: number) => response.writeHead(status).end('{}');
  switch (request.template) {
    case undefined:
    case '/api/gone/:id':
      end(404);
      return;
    case '/api/documents/upload':
      end(413);
      return;
    case '/api/private/:id':
      end(request.user === undefined ? 401 : 200);
      return;
    case '/api/echo/:id':
      return answerEcho(request, response);
    case '/api/fails/:id':
      throw new PaymentError();
    case '/api/stream/:id':
      Readable.from(threeWords()).pipe(response);
      return;
    case '/api/endless/:id':
      Readable.from(endless()).pipe(response);
      return;
    default:
      end(request.method === 'POST' && request.template === '/api/threads' ? 201 : 200);
  }
}

describeFramework({
  name: 'node:http',
  mounted: null,
  async start(usage, { identify, first, ...options }) {
    const guardian = guardianNode<Routed>(usage, {
      ...options,
      identify: (request) => identify?.(request.user),
      endpoint: (request) => request.template,
    });
    const route = guardian((request, response) => {
      request.user = authenticate(request.headers.authorization);
      const template = templateOf(request.url?.split('?')[0] ?? '/');
      if (template !== undefined) request.template = template;
      return handle(request, response);
    });
    const guarded = guardian(route);
    const fail = (response: ServerResponse) => response.writeHead(500).end('{}');
    const server = createServer((request, response) => {
      first?.(request);
      try {
        void Promise.resolve(guarded(request, response)).catch(() => fail(response));
      } catch {
        fail(response);
      }
    });
    await listen(server);
    return { server, stop: () => new Promise((stopped) => server.close(() => stopped())) };
  },
});
