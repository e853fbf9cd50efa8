import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeliveryTime } from '../delivery/delivery.ts';
import { SYSTEM_TIME } from '../delivery/system-time.ts';
import { getAgentLogger, start, stop } from '../index.ts';
import { memorySink } from './client-fixtures.ts';

let server: Server;
let asked: string[];
let reply: { status: number; body: string };
let troubles: string[];
/** What waits for half a minute waits until the test lets it go on. */
let waiting: (() => void)[];
const time: DeliveryTime = {
  ...SYSTEM_TIME,
  after: (ms, work) => {
    if (ms !== 30_000) return SYSTEM_TIME.after(ms, work);
    waiting.push(work);
    return () => {
      waiting = waiting.filter((one) => one !== work);
    };
  },
};

beforeEach(async () => {
  asked = [];
  troubles = [];
  waiting = [];
  reply = { status: 200, body: JSON.stringify({ level: 'debug', fields: { team: 'payments' } }) };
  server = createServer((request, response) => {
    if (request.method === 'GET') asked.push(`${request.headers.authorization} ${request.url}`);
    if (reply.status === 0) request.socket.destroy();
    else response.writeHead(request.method === 'GET' ? reply.status : 503).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await stop({ timeoutMs: 100 });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const begin = (sink: ReturnType<typeof memorySink>) =>
  start({
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'gk_test', service: 'shop' },
    ...{ folder: null, agents: 'server', sinks: [sink], onTrouble: (line: string) => troubles.push(line) },
    time,
  });

const PATIENCE = { timeout: 30_000 };

test("an agent's logger takes the settings of the server's template, asked once for all of its kind", async () => {
  const sink = memorySink('memory');
  await begin(sink);
  const logger = getAgentLogger({ name: 'a/b', role: 'planner', domain: 'settings-well' });
  logger.debug('too early');
  await vi.waitFor(() => {
    logger.debug('heard');
    expect(sink.records.length).toBeGreaterThan(0);
  }, PATIENCE);
  expect(sink.records[0]).toMatchObject({ message: 'heard' });
  expect(JSON.stringify(sink.records[0])).toContain('"team":"payments"');
  getAgentLogger({ name: 'a/b', role: 'planner', domain: 'settings-well' }).debug('another of them');
  expect(asked.filter((one) => one.includes('settings-well'))).toEqual([
    'Bearer gk_test /api/templates/agent/settings-well/planner/a%2Fb',
  ]);
});

test("where the server gives none, the client's own level holds, and it is told once", async () => {
  reply = { status: 404, body: '{}' };
  const sink = memorySink('memory');
  await begin(sink);
  const logger = getAgentLogger({ name: 'a', role: 'planner', domain: 'settings-none' });
  logger.debug('not heard');
  await vi.waitFor(
    () => expect(troubles.filter((line) => line.includes('no settings for the agent'))).toHaveLength(1),
    PATIENCE,
  );
  logger.debug('not heard');
  logger.info('heard');
  await vi.waitFor(() => expect(sink.records.map(({ message }) => message)).toEqual(['heard']), PATIENCE);
  expect(waiting).toEqual([]);
});

test.each([
  { failure: 'is too busy', status: 429 },
  { failure: 'fails', status: 503 },
  { failure: 'breaks the connection', status: 0 },
])('a server that $failure is asked again after 30 s', async ({ status }) => {
  const sink = memorySink('memory');
  const settings = reply.body;
  reply = { status, body: '' };
  await begin(sink);
  const domain = `settings-late-${status}`;
  const logger = getAgentLogger({ name: 'a', role: 'planner', domain });
  logger.debug('too early');
  // The agents of the tests before are asked about once more: their loggers outlive a stop.
  await vi.waitFor(() => {
    expect(asked.join()).toContain(domain);
    expect(waiting).toHaveLength(new Set(asked).size);
  }, PATIENCE);
  expect(troubles.join()).toContain('it is asked again');
  const before = asked.filter((one) => one.includes(domain)).length;
  reply = { status: 200, body: settings };
  logger.debug('still too early');
  for (const goOn of waiting) goOn();
  await vi.waitFor(() => {
    logger.debug('heard');
    expect(sink.records.map(({ message }) => message)).toContain('heard');
  }, PATIENCE);
  expect(sink.records.map(({ message }) => message)).not.toContain('still too early');
  expect(asked.filter((one) => one.includes(domain))).toHaveLength(before + 1);
});

test('without a server there is nothing to ask', async () => {
  const given = { service: 'shop', folder: null, sinks: [memorySink('memory')], agents: 'server' as const };
  await expect(start(given)).rejects.toThrow('"agents" says "server"');
});
