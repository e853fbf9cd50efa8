/// <reference types="node" />

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveConnection, type LiveConnection } from './connection.ts';

let server: Server;
let connection: LiveConnection;

beforeEach(async () => {
  // Takes every request and answers none, as behind a proxy whose server is gone.
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  connection = createLiveConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/changes`);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  connection.stop();
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('the stream of changes', () => {
  it('is lost when nothing answers, and is asked for again', async () => {
    const asked = once(server, 'request');
    connection.start();
    await asked;
    const isNews = new Promise<void>((resolve) => connection.subscribe(resolve));
    const askedAgain = once(server, 'request');
    await vi.advanceTimersByTimeAsync(35_000);
    await isNews;
    expect(connection.status()).toEqual({ state: 'lost', heardAt: null });
    await vi.advanceTimersByTimeAsync(1_000);
    await askedAgain;
  });
});
