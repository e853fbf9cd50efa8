import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createUsage } from '../usage/index.ts';
import { keepingDelivery } from '../usage/usage-fixtures.ts';
import { pathOf } from './answer.ts';
import { listen } from './framework-fixtures.ts';
import { guardianNode } from './node.ts';

/** The status recorded for one request whose client does as it is told. */
async function statusOf(
  handler: (incoming: IncomingMessage, answer: ServerResponse) => unknown,
  client: (answer: IncomingMessage) => void,
): Promise<number | undefined> {
  const delivery = keepingDelivery();
  const usage = createUsage({ delivery, service: 'shop' });
  const server = createServer(guardianNode(usage, { endpoint: () => '/big' })(handler));
  await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const asked = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }, client);
  asked.on('error', () => undefined);
  const closed = once(asked, 'close');
  asked.end();
  await closed;
  for (;;) {
    usage.drain();
    const [record] = delivery.requests();
    if (record !== undefined) return record.status;
    await new Promise((turn) => setImmediate(turn));
  }
}

const MANY_BYTES = Buffer.alloc(64 * 1024 * 1024);

test('a client that leaves while a finished answer is still on its way is 499', async () => {
  const status = await statusOf(
    (_incoming, answer) => answer.end(MANY_BYTES),
    (answer) => answer.once('data', () => answer.destroy()),
  );
  expect(status).toBe(499);
});

test('a client that reads to the end is as answered, however long it takes', async () => {
  expect(
    await statusOf(
      (_, answer) => answer.end(MANY_BYTES),
      (answer) => answer.resume(),
    ),
  ).toBe(200);
});

test('an application that breaks its answer off is 500, whatever the head said', async () => {
  const status = await statusOf(
    (_incoming, answer) => {
      answer.write('begun');
      setImmediate(() => answer.destroy(new Error('the source failed')));
    },
    (answer) => answer.on('error', () => undefined).resume(),
  );
  expect(status).toBe(500);
});

test('a path ends where its query begins', () => {
  expect([pathOf('/a/b?token=x'), pathOf('/a#b'), pathOf('/a'), pathOf(undefined)]).toEqual(['/a/b', '/a', '/a', '/']);
});
