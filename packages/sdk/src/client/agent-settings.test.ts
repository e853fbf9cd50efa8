import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { getAgentLogger, start, stop } from '../index.ts';
import { memorySink } from './client-fixtures.ts';

let server: Server;
let asked: string[];
let reply: { status: number; body: string };
let troubles: string[];

beforeEach(async () => {
  asked = [];
  troubles = [];
  reply = { status: 200, body: JSON.stringify({ level: 'debug', fields: { team: 'payments' } }) };
  server = createServer((request, response) => {
    if (request.method === 'GET') asked.push(`${request.headers.authorization} ${request.url}`);
    response.writeHead(request.method === 'GET' ? reply.status : 503).end(reply.body);
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
  });

const PATIENCE = { timeout: 10_000 };

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
});

test('without a server there is nothing to ask', async () => {
  const given = { service: 'shop', folder: null, sinks: [memorySink('memory')], agents: 'server' as const };
  await expect(start(given)).rejects.toThrow('"agents" says "server"');
});
