import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Hono } from 'hono';
import type { WebSocket, WebSocketServer } from 'ws';
import type { AppEnv, Services } from '../app-env.ts';
import { needs, refuseForeignPages, stillMay } from '../middleware/caller.ts';
import { TryLater } from '../problem.ts';
import { createAccessRounds } from './access-rounds.ts';

export const LIVE_PATH = '/api/live';

/** Listeners send nothing: a frame beyond it ends the connection. */
const MESSAGE_BYTES = 1_024;
/** What waits for a listener that takes nothing; beyond it the listener is cut off, and asks again for everything when it comes back. */
const WAITING_BYTES = 1024 * 1024;
const GOING_AWAY = 1001;
/** A peer that does not say good-bye is cut so long after. */
const CLOSE_MS = 1_000;
/** Who may listen no longer. */
const NOT_ALLOWED = 1008;

export interface LiveSockets {
  routes: Hono<AppEnv>;
  /** Takes the requests of a server that ask for a WebSocket; every other request it may go on to answer. */
  guard(server: Server, fetch: LiveFetch): void;
  close(): Promise<void>;
}

type LiveFetch = (request: Request, bindings: { incoming: IncomingMessage }) => Response | Promise<Response>;

/**
 * The same as the stream of changes over WebSocket: `{ "event": …, "data": … }`, one a message. Who may listen is decided by the same
 * middleware as for every request; a page of another site is refused, since browsers let any page open a WebSocket.
 */
export function createLiveSockets({ changes, liveEvents, knobs }: Services): LiveSockets {
  const sockets = new Map<WebSocket, { isAlive: boolean }>();
  const access = createAccessRounds<WebSocket>(knobs, (socket) => socket.close(NOT_ALLOWED));
  /** Requests that may become sockets, and whether they still may. */
  const admitted = new WeakMap<IncomingMessage, () => Promise<boolean>>();
  let server: Promise<WebSocketServer> | null = null;
  let stopListening: (() => void) | null = null;
  let pinging: NodeJS.Timeout | null = null;
  let isClosed = false;

  function add(socket: WebSocket, isStillAllowed: () => Promise<boolean>): void {
    const state = { isAlive: true };
    sockets.set(socket, state);
    socket.on('pong', () => {
      state.isAlive = true;
    });
    // Too large, not masked, reset: `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => remove(socket));
    access.add(socket, isStillAllowed);
    stopListening ??= listen();
    pinging ??= setInterval(ping, knobs.pingMs);
  }

  function remove(socket: WebSocket): void {
    sockets.delete(socket);
    access.remove(socket);
    if (sockets.size > 0) return;
    stopListening?.();
    stopListening = null;
    if (pinging) clearInterval(pinging);
    pinging = null;
  }

  function listen(): () => void {
    const stops = [
      changes.subscribe((data) => sendAll(JSON.stringify({ event: 'change', data }))),
      liveEvents.subscribe(({ event, data }) => sendAll(JSON.stringify({ event, data }))),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  function sendAll(text: string): void {
    for (const socket of sockets.keys()) {
      if (socket.bufferedAmount > WAITING_BYTES) socket.terminate();
      else socket.send(text);
    }
  }

  /** Who has not answered the last one is gone. */
  function ping(): void {
    for (const [socket, state] of sockets) {
      if (!state.isAlive) socket.terminate();
      state.isAlive = false;
      socket.ping();
    }
  }

  function open(): Promise<WebSocketServer> {
    server ??= import('ws').then(
      ({ WebSocketServer }) =>
        new WebSocketServer({
          noServer: true,
          maxPayload: MESSAGE_BYTES,
          perMessageDeflate: false,
          clientTracking: false,
        }),
    );
    return server;
  }

  const routes = new Hono<AppEnv>().get(LIVE_PATH, needs('read'), async (context) => {
    const { caller, messages } = context.var;
    if (caller.kind !== 'key') refuseForeignPages(context, { isProofNeeded: caller.kind === 'user' });
    if (isClosed || sockets.size >= knobs.listeners) {
      throw new TryLater('rate_limited', 30, { reason: messages.server.reasons.listeners });
    }
    if (context.req.header('upgrade')?.toLowerCase() !== 'websocket') {
      return context.body(null, 426, { upgrade: 'websocket', connection: 'Upgrade' });
    }
    const { incoming } = context.env;
    if (incoming) admitted.set(incoming, stillMay(context, 'read'));
    return context.body(null, 204);
  });

  return {
    routes,
    guard(http, fetch) {
      http.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy());
        void upgrade({ incoming, socket, head, fetch }).catch(() => socket.destroy());
      });
    },
    async close() {
      isClosed = true;
      const open = [...sockets.keys()];
      for (const socket of open) socket.close(GOING_AWAY);
      const cut = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, CLOSE_MS);
      await Promise.all(
        open.map(
          (socket) => socket.readyState === socket.CLOSED || new Promise((ended) => socket.once('close', ended)),
        ),
      );
      clearTimeout(cut);
    },
  };

  async function upgrade({
    incoming,
    socket,
    head,
    fetch,
  }: {
    incoming: IncomingMessage;
    socket: Duplex;
    head: Buffer;
    fetch: LiveFetch;
  }): Promise<void> {
    const answer = await fetch(requestOf(incoming), { incoming });
    const isStillAllowed = admitted.get(incoming);
    if (answer.status !== 204 || !isStillAllowed) {
      await refuse(socket, answer);
      return;
    }
    const made = await open();
    made.handleUpgrade(incoming, socket, head, (opened) => add(opened, isStillAllowed));
  }
}

/** The request as the middleware of every other request sees it. */
function requestOf({ url = '/', headers }: IncomingMessage): Request {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) copied.append(name, one);
  }
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), { headers: copied });
}

async function refuse(socket: Duplex, answer: Response): Promise<void> {
  const body = await answer.text();
  const headers = new Headers(answer.headers);
  headers.set('connection', 'close');
  headers.set('content-length', String(Buffer.byteLength(body)));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  socket.end(
    [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? 'Refused'}`, ...lines, '', body].join('\r\n'),
  );
}
