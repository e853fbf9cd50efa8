import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { getLogger, runInTrace, start } from '@guardian/sdk';
import { guardianNode } from '@guardian/sdk/node';

// A web API that logs: a trace for each request, also that of its caller; a measurement for each; errors with their cause; usage by the middleware of the SDK; a clean end.
// GUARDIAN_URL and GUARDIAN_KEY say where to; PORT, 0 for any.
const client = await start({
  url: process.env.GUARDIAN_URL ?? 'http://127.0.0.1:4400',
  key: process.env.GUARDIAN_KEY ?? '',
  service: 'orders-api',
  levels: { 'orders.stock': 'warn' },
  redaction: { paths: ['customer.notes'] },
});
const logger = getLogger('orders', { category: 'system' });
const stock = new Map([
  ['chair', 3],
  ['table', 0],
]);

function reserve(article: string): void {
  const left = stock.get(article);
  getLogger('orders.stock').debug('{article}: {left} left', { article, left });
  if (left === undefined) throw new RangeError(`unknown article ${article}`);
  if (left === 0) throw new Error('out of stock');
  stock.set(article, left - 1);
}

async function order(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const log = logger.child({ path: request.url });
  const { article, customer } = (await json(request)) as { article: string; customer: unknown };
  try {
    log.timed('reserve', () => reserve(article), { article });
    log.info('order for {article} placed', { article, customer });
    response.writeHead(201).end('{"state":"placed"}');
  } catch (cause) {
    log.error('order for {article} failed', { article, err: new Error('the order cannot be placed', { cause }) });
    response.writeHead(409).end('{"state":"refused"}');
  }
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const traceparent = request.headers.traceparent?.toString() ?? null;
  await runInTrace({ traceparent }, () => order(request, response)).catch((error: unknown) => {
    logger.warn('a request could not be read', { err: error });
    response.writeHead(400).end();
  });
}

const endpoint = ({ url }: IncomingMessage) => (url === '/orders' ? url : undefined);
const server = createServer(guardianNode(client.usage, { endpoint })(handle));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', async () => {
  // What is under way is answered, and by that recorded, before the client stops.
  await new Promise((resolve) => server.close(resolve));
  process.exitCode = (await client.stop()) ? 0 : 1;
});
