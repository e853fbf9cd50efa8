import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { GuardianError } from '../core/shared/index.ts';
import type { AppEnv, Services } from './app-env.ts';
import { limitConnections } from './limit-connections.ts';
import { LIVE_PATH, type LiveSockets } from './live/serve-live.ts';

/** ms between looks for connections that are slow, or idle while the server stops. */
const LOOK_EVERY_MS = 1_000;
const CLOSE_EVERY_MS = 20;
const HEADER_BYTES = 16 * 1024;

export interface Listener {
  /** Where it listens: `http://127.0.0.1:4400`. Throws `configuration_invalid` when the port is taken or not permitted. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

export function openListener(
  app: Hono<AppEnv>,
  { knobs, serverMetrics, hold, refusals }: Services,
  live: LiveSockets,
): Listener {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: knobs.headerTimeoutMs,
      // A body that is too slow is answered by whoever reads it; this ends what nobody read.
      requestTimeout: knobs.headerTimeoutMs + knobs.bodyTimeoutMs + 2 * LOOK_EVERY_MS,
      keepAliveTimeout: knobs.idleTimeoutMs,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      maxHeaderSize: HEADER_BYTES,
      // Clients that offer HTTP/2 by `Upgrade: h2c` are answered as if they had not.
      shouldUpgradeCallback: ({ url, headers }) =>
        headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?')[0] === LIVE_PATH,
    },
  }) as Server;
  live.guard(server, app.fetch);
  limitConnections(server, knobs.protection, (reason) => serverMetrics.refused({ format: 'http', reason }));
  hold.guard(server, () => {
    serverMetrics.refused({ format: 'http', reason: 'held' });
    refusals.add({ reason: 'held', category: 'request', quantity: 1, projectId: 0, source: 'server' });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const reason = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'slow' : 'malformed';
    serverMetrics.refused({ format: 'http', reason });
    if (socket.writable)
      socket.end(
        `HTTP/1.1 ${reason === 'slow' ? '408 Request Timeout' : '400 Bad Request'}\r\nConnection: close\r\n\r\n`,
      );
    else socket.destroy();
  });

  return {
    async start() {
      server.listen(knobs.port, knobs.host);
      await once(server, 'listening').catch((thrown: NodeJS.ErrnoException) => {
        throw new GuardianError('configuration_invalid', {
          key: 'server.port',
          reason: `${knobs.host}:${knobs.port}: ${thrown.code ?? thrown.message}`,
          cause: thrown,
        });
      });
      const { address, port, family } = server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    },

    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      const idle = setInterval(() => server.closeIdleConnections(), CLOSE_EVERY_MS);
      const cut = setTimeout(() => server.closeAllConnections(), knobs.drainMs);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}
