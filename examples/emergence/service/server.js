import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { getLogger, runInTrace, start } from '@guardian/sdk';
import { guardianNode } from '@guardian/sdk/node';
import { welcome } from './src/conversation.js';
import { quoteOf } from './src/quote.js';

// GUARDIAN_URL and GUARDIAN_KEY say where it logs to; PORT and GUARDIAN_REVISION come from whoever runs it.
const { GUARDIAN_URL: url, GUARDIAN_KEY: key, GUARDIAN_REVISION: revision, PORT: port = '0' } = process.env;
const client = await start({ url, key, service: 'emergence', revision, folder: process.env.GUARDIAN_SPOOL ?? null });
const log = getLogger('emergence.messages');
const conversation = welcome();

async function post(request, response) {
  const { text, replyTo } = await json(request);
  try {
    const quote = quoteOf({ text, replyTo }, conversation.messages);
    const { id } = conversation.add(text);
    log.info('message {id} kept', { id });
    answer(response, 201, { id, quote });
  } catch (err) {
    // Nothing is worse here than a message that is lost.
    log.fatal('a message was lost', { err, method: 'POST', path: '/api/messages', status_code: 500, replyTo });
    answer(response, 500, { error: 'the message was not kept' });
  }
}

/** Guardian says what a conversation is about. */
async function analyse(request, response) {
  const asked = await fetch(new URL('/api/memory/analyze', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(await json(request)),
  });
  answer(response, asked.status, await asked.json());
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const ROUTES = new Map([
  ['GET /api/health', (_request, response) => answer(response, 200, { status: 'ok' })],
  ['POST /api/messages', post],
  ['POST /api/memory/analyze', analyse],
]);
const pathOf = ({ url: target }) => new URL(target, 'http://emergence').pathname;

async function handle(request, response) {
  const route = ROUTES.get(`${request.method} ${pathOf(request)}`);
  if (route === undefined) return answer(response, 404, { error: 'there is no such page' });
  try {
    const traceparent = request.headers.traceparent?.toString() ?? null;
    await runInTrace({ traceparent }, () => route(request, response));
  } catch (err) {
    log.warn('a request could not be read', { err });
    if (!response.headersSent) answer(response, 400, { error: 'the request could not be read' });
  }
}

const endpoint = (request) => (ROUTES.has(`${request.method} ${pathOf(request)}`) ? pathOf(request) : undefined);
const identify = ({ headers }) => headers['x-user'] ?? null;
const server = createServer(guardianNode(client.usage, { endpoint, identify })(handle));
server.listen(Number(port), '127.0.0.1', () => log.info('listening as {revision}', { revision }));
process.once('SIGTERM', async () => {
  server.close();
  server.closeIdleConnections();
  await client.stop();
  process.exit(0);
});
