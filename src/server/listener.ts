import { once } from 'node:events';
import type { Server, ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { GuardianError, messagesFor } from '../core/shared/index.ts';
import type { AppEnv, Services } from './app-env.ts';
import { matchIngestPath } from './ingest/match-path.ts';
import { limitConnections } from './limit-connections.ts';
import { LIVE_PATH, type LiveSockets } from './live/serve-live.ts';

/** ms between looks for connections that are slow, or idle while the server stops. */
const LOOK_EVERY_MS = 1_000;
const CLOSE_EVERY_MS = 20;
const HEADER_BYTES = 16 * 1024;

export interface Listener {
  /** Where it listens: `http://127.0.0.1:4400`. Throws `configuration_invalid` when a port is taken or not permitted. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** The server's own port, and the one that takes OTLP alone where that is asked for: same handlers, same keys, same limits. */
export function openListener(app: Hono<AppEnv>, services: Services, live: LiveSockets): Listener {
  const { knobs, language } = services;
  const { portRemedy } = messagesFor(language).server.reasons;
  const own = openPort(app.fetch, services, { ...knobs, key: 'server.port', portRemedy });
  live.guard(own.server, app.fetch);
  const ports = [own];
  if (knobs.otlp)
    ports.push(openPort(otlpOnly(app), services, { ...knobs.otlp, key: 'sources.otlp.port', portRemedy }));

  return {
    async start() {
      try {
        const url = await own.listen();
        for (const other of ports.slice(1)) await other.listen();
        return url;
      } catch (thrown) {
        // Nothing listens by half.
        await Promise.allSettled(ports.map((port) => port.close(0)));
        throw thrown;
      }
    },

    async stop() {
      await Promise.all(ports.map((port) => port.close(knobs.drainMs)));
    },
  };
}

type Fetch = Hono<AppEnv>['fetch'];

/** Whatever is not OTLP is not there: who may reach this port need not reach pages and API. */
function otlpOnly(app: Hono<AppEnv>): Fetch {
  return (request, ...rest) => {
    const { pathname } = new URL(request.url);
    const isOtlp = matchIngestPath(request.method, pathname)?.protocol === 'otlp' && pathname.startsWith('/v1/');
    return isOtlp ? app.fetch(request, ...rest) : new Response(null, { status: 404 });
  };
}

interface Port {
  server: Server;
  listen(): Promise<string>;
  /** Accepts nothing more, lets running requests end, and cuts what has not ended after so many ms. */
  close(drainMs: number): Promise<void>;
}

function openPort(
  fetch: Fetch,
  services: Services,
  { host, port: asked, key, portRemedy }: { host: string; port: number; key: string; portRemedy: string },
): Port {
  const server = createAdaptorServer({ fetch, serverOptions: serverOptionsOf(services) }) as Server;
  guardServer(server, services);
  return {
    server,
    async listen() {
      server.listen(asked, host);
      await once(server, 'listening').catch((thrown: NodeJS.ErrnoException) => {
        throw new GuardianError('configuration_invalid', {
          key,
          reason: `${host}:${asked}: ${thrown.code ?? thrown.message}`,
          remedy: portRemedy,
          cause: thrown,
        });
      });
      const { address, port, family } = server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    },
    async close(drainMs) {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      const idle = setInterval(() => server.closeIdleConnections(), CLOSE_EVERY_MS);
      const cut = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

function serverOptionsOf({ knobs }: Services): ServerOptions {
  return {
    headersTimeout: knobs.headerTimeoutMs,
    // A body that is too slow is answered by whoever reads it; this ends what nobody read.
    requestTimeout: knobs.headerTimeoutMs + knobs.bodyTimeoutMs + 2 * LOOK_EVERY_MS,
    keepAliveTimeout: knobs.idleTimeoutMs,
    connectionsCheckingInterval: LOOK_EVERY_MS,
    maxHeaderSize: HEADER_BYTES,
    // Clients that offer HTTP/2 by `Upgrade: h2c` are answered as if they had not.
    shouldUpgradeCallback: ({ url, headers }) =>
      headers.upgrade?.toLowerCase() === 'websocket' && url?.split('?')[0] === LIVE_PATH,
  };
}

function guardServer(server: Server, { knobs, serverMetrics, hold, refusals }: Services): void {
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
}
