import { parentPort, workerData } from 'node:worker_threads';
import { createDelivery } from '../../src/delivery/create-delivery.ts';
import { guardianSink } from '../../src/sinks/guardian.ts';

// Logs COUNT records as fast as the delivery takes them, a hundred a turn, and tells what became of them.
const { folder, url, prefix, count } = workerData as { folder: string; url: string; prefix: string; count: number };
const delivery = createDelivery({ sink: guardianSink({ url, key: 'k' }), folder, onTrouble: () => undefined });
const startedAt = performance.now();
for (let sequence = 1; sequence <= count; sequence++) {
  const id = `${prefix}-${sequence}`;
  const line = JSON.stringify({ id, severity: 'info', message: `order ${sequence} paid`, attributes: { sequence } });
  delivery.accept({ id, sequence, level: 'info', line, bytes: line.length, acceptedAt: performance.now(), count: 1 });
  if (sequence % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
}
const acceptedMs = performance.now() - startedAt;
const isSent = await delivery.shutdown({ timeoutMs: 60_000 });
parentPort!.postMessage({ acceptedMs, isSent, waiting: delivery.gauges().waiting });
