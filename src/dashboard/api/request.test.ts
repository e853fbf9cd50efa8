/// <reference types="node" />

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, send, sendJson } from './request.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    // Half an answer to some, none to the others.
    if (request.url === '/half') response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('a request', () => {
  it('fails when no answer comes in time', async () => {
    await expect(send(`${url}/none`, { timeoutMs: 50 })).rejects.toMatchObject({ name: 'RequestError', status: 408 });
  });

  it('fails when an answer does not end in time', async () => {
    await expect(sendJson(`${url}/half`, { timeoutMs: 500 })).rejects.toMatchObject({
      name: 'RequestError',
      status: 408,
    });
  });

  it('that is given up is no failure', async () => {
    const abort = new AbortController();
    const asked = getJson(`${url}/none`, abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});
