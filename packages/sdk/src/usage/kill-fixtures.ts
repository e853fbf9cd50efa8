import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDelivery } from '../delivery/create-delivery.ts';
import { guardianNode } from '../middleware/node.ts';
import { guardianSink } from '../sinks/guardian.ts';
import { createUsage } from './index.ts';

/** An application of its own process: says its port, answers, stops gracefully on SIGTERM. Arguments: address of the server, spill folder. */
const [url = '', folder = ''] = process.argv.slice(2);
const delivery = createDelivery({ sink: guardianSink({ url, key: 'test', stream: 'usage' }), folder });
const usage = createUsage({ delivery, service: 'shop' });
const guardian = guardianNode(usage, { endpoint: () => '/api/threads/:id', identify: () => 'ann@example.com' });
const server = createServer(guardian((_request, response) => response.end('{}')));

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.once('SIGTERM', () => {
  server.close(() => {
    usage.stop();
    void delivery.shutdown({ timeoutMs: 5_000 }).then(() => process.exit(0));
  });
  server.closeIdleConnections();
});
