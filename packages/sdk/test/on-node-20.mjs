// One round trip of the built package on the oldest Node it promises: `npx tsc -p packages/sdk && node packages/sdk/test/on-node-20.mjs`.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import pino from 'pino';
import { captureException, getLogger, metricsText, runInTrace, start, stats, stop } from '../dist/index.js';

const lines = [];
let server;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-sdk-'));
  server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
      const received = text.split('\n').filter((line) => line !== '');
      lines.push(
        ...received.map((line) => ({
          path: request.url,
          key: request.headers.authorization,
          record: JSON.parse(line),
        })),
      );
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ accepted: received.length, duplicate: 0, rejected: [] }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
});

after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('records, sealed fields, an exception and usage make the round trip', async () => {
  const client = await start({
    url: `http://127.0.0.1:${server.address().port}`,
    key: 'gk_test',
    service: 'shop',
    folder,
    redaction: { paths: [{ path: 'iban', action: 'encrypt' }] },
    sealing: { wrappingKey: { bytes: new Uint8Array(32).fill(7) } },
  });
  const logger = getLogger('shop.payments');
  runInTrace({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }, () =>
    logger.info('order {order} paid', { order: 7, mail: 'ada@example.org', iban: 'FR76 3000' }),
  );
  await logger.timed('settle', async () => logger.debug('too quiet'));
  captureException(new AggregateError([new RangeError('a')], 'all', { cause: new Error('why') }));
  client.usage.login({ user: 'u1' });
  assert.equal(await stop(), true);
  const events = lines.filter(({ path }) => path === '/api/events').map(({ record }) => record);
  assert.deepEqual(events.map(({ message }) => message.replace(/[\d.]+ ms/, 'N ms')).sort(), [
    'all',
    'order 7 paid',
    'settle took N ms',
  ]);
  const paid = events.find(({ template }) => template === 'order {order} paid');
  assert.equal(paid.traceId, '4bf92f3577b34da6a3ce929d0e0e4736');
  assert.equal(paid.attributes.mail, '[redacted:email]');
  assert.equal(paid.attributes.sealed.version, 1);
  assert.ok(!JSON.stringify(lines).includes('FR76'));
  assert.ok(lines.every(({ key }) => key === 'Bearer gk_test'));
  assert.deepEqual([...new Set(lines.map(({ path }) => path))].sort(), ['/api/events', '/api/keys', '/api/usage']);
  assert.equal(stats().sinks.guardian.sent.info, 2);
  assert.match(metricsText(), /guardian_sdk_sent_total\{sink="guardian",level="error"\} 1\n/);
});

test('the transport of pino is found by its name and runs in a thread', async () => {
  const before = lines.length;
  const options = { url: `http://127.0.0.1:${server.address().port}`, key: 'gk_test', service: 'shop', folder };
  const transport = pino.transport({ target: '@guardian/sdk/pino', options });
  const logger = pino({ name: 'legacy' }, transport);
  logger.error(new TypeError('declined'), 'from a thread');
  await new Promise((resolve, reject) => logger.flush((error) => (error ? reject(error) : resolve())));
  const [{ record }] = lines.slice(before);
  assert.equal(record.message, 'from a thread');
  assert.equal(record.exception.type, 'TypeError');
  transport.end();
});

for (const name of ['pino', 'winston', 'opentelemetry']) {
  test(`the sub-path ${name} loads`, async () => {
    const module = await import(`../dist/transports/${name}.js`);
    assert.ok(Object.values(module).every((value) => typeof value === 'function'));
  });
}
