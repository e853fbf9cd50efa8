/**
 * A shop with the Node SDK in it: `node sentry-node-shop.ts <package> <dsn>`. It listens, fails when a cart is checked out, crashes when it is
 * told to, and ends on SIGTERM after what it has to say was sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type NodeSdk = 'sentry-node-9' | 'sentry-node-10';

const [name, dsn] = process.argv.slice(2) as [NodeSdk, string];
const Sentry = (await (name === 'sentry-node-9'
  ? import('sentry-node-9')
  : import('sentry-node-10'))) as typeof import('sentry-node-10');

Sentry.init({
  dsn,
  release: 'shop@1.4.2',
  environment: 'staging',
  serverName: 'web-1',
  tracesSampleRate: 1,
  enableLogs: true,
  // Where version 9 has the same setting.
  ...({ _experiments: { enableLogs: true } } as object),
});
Sentry.getClient()?.on('afterSendEvent', (event, { statusCode }) => {
  console.log(`sent ${event.type ?? 'event'} ${statusCode}`);
});
const { createServer } = await import('node:http');

class PaymentRefused extends Error {
  override name = 'PaymentRefused';
}
class CheckoutFailed extends Error {
  override name = 'CheckoutFailed';
}

function chargeCard(amount: number): never {
  throw new PaymentRefused(`the bank refused ${amount} EUR`);
}

function checkOut(cart: string): never {
  try {
    return chargeCard(120);
  } catch (cause) {
    throw new CheckoutFailed(`cart ${cart} could not be checked out`, { cause });
  }
}

function crash(): never {
  throw new RangeError('the price list is empty');
}

function handle({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  const cart = /^\/carts\/(\d+)\/checkout(\?|$)/.exec(url)?.[1];
  if (method === 'POST' && cart) {
    Sentry.setUser({ id: 'u-17', username: 'ada' });
    Sentry.setTag('region', 'eu-west-3');
    Sentry.addBreadcrumb({ category: 'cart', message: `cart ${cart} has three articles`, level: 'info' });
    checkOut(cart);
  }
  if (url === '/crash') setImmediate(() => crash());
  if (url === '/stock') {
    Sentry.captureMessage('stock is low', 'warning');
    Sentry.logger.error('payment provider answers slowly', { provider: 'acme', tookMs: 900 });
    const checkInId = Sentry.captureCheckIn({ monitorSlug: 'stock-count', status: 'in_progress' });
    Sentry.captureCheckIn({ checkInId, monitorSlug: 'stock-count', status: 'ok', duration: 1.5 });
  }
  response.writeHead(200).end('ok');
}

const server = createServer((request, response) => {
  try {
    handle(request, response);
  } catch (error) {
    Sentry.captureException(error);
    response.writeHead(500).end('sorry');
  }
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => void Sentry.close(5_000).then((isClean) => console.log(`closed ${isClean}`)));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
