import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ForwardOptions, forward, type Passage } from './forwarding.ts';
import { requestHead } from './headers.ts';

/** Where a request may go. */
export interface Upstream {
  revision: string;
  port: number;
  /** How long a request may go without a byte, ms; null: as long as it likes. */
  timeoutMs: number | null;
}

export interface ProxyOptions {
  /** By the shares of the traffic; `not` is left out where there is another. Null: nobody takes requests. */
  choose(not: string | null): Upstream | null;
  /** `at` is epoch ms. Streams of events, upgrades and what its client left are not told. */
  onEnd(ended: { revision: string; at: number; ms: number; isError: boolean }): void;
  knobs?: Partial<ProxyKnobs>;
}

export interface ProxyKnobs {
  /** Bodies up to so many bytes are held, so that the request can be made again elsewhere. */
  heldBodyBytes: number;
  /** A request without an answer waits so long for a revision that has lost its traffic, then goes elsewhere where that is harmless. */
  moveAfterMs: number;
  /** How often one request is tried. */
  tries: number;
}

const PROXY_KNOBS: ProxyKnobs = { heldBodyBytes: 64 * 1024, moveAfterMs: 250, tries: 3 };

export interface Proxy {
  /** Gives the port. */
  listen(address: { host: string; port: number }): Promise<number>;
  /** Requests and connections that a revision still answers. */
  underWay(revision: string): number;
  /** It has lost its traffic: what it has not begun to answer, and may be asked twice, is asked elsewhere. */
  leave(revision: string): void;
  /** Ends what is still under way there. */
  cut(revision: string): void;
  close(): Promise<void>;
}

/**
 * A reverse proxy that loses no request while the traffic changes: a connection that breaks before the answer began, or a revision that is taken off
 * while it hangs, costs a second try and no error, for requests that may be made twice. Answers are streamed (server-sent events), upgrades (WebSocket) are
 * connections of their own until either side ends them.
 */
export function createProxy({ choose, onEnd, knobs: given }: ProxyOptions): Proxy {
  const { heldBodyBytes, moveAfterMs, tries } = { ...PROXY_KNOBS, ...given };
  const passages = new Set<Passage>();
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' });
  const options: ForwardOptions = { choose, onEnd, passages, agent, tries };
  const server: Server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (incoming, response) => {
    void take(incoming, response);
  });
  server.on('upgrade', upgrade);
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const beganAt = performance.now();
    const held = await holdBody(incoming, heldBodyBytes).catch(() => 'gone' as const);
    if (held !== 'gone') forward({ incoming, response, held, beganAt }, options);
  }

  function upgrade(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on('error', () => client.destroy());
    const upstream = choose(null);
    if (!upstream) {
      client.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    const backend = connect({ host: '127.0.0.1', port: upstream.port });
    const end = () => {
      passages.delete(passage);
      backend.destroy();
      client.destroy();
    };
    const passage: Passage = { revision: upstream.revision, move: () => undefined, cut: end };
    passages.add(passage);
    backend.on('connect', () => {
      backend.write(requestHead(incoming));
      backend.write(head);
      backend.pipe(client).pipe(backend);
    });
    backend.on('error', end);
    backend.on('close', end);
    client.on('close', end);
  }

  const of = (revision: string) => [...passages].filter((passage) => passage.revision === revision);
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    underWay: (revision) => of(revision).length,
    leave(revision) {
      const move = () => {
        for (const passage of of(revision)) passage.move();
      };
      setTimeout(move, moveAfterMs).unref();
    },
    cut(revision) {
      for (const passage of of(revision)) passage.cut();
    },
    async close() {
      for (const passage of [...passages]) passage.cut();
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The whole body, where it is small and its length is told; null where it is to be streamed. Rejects when the client breaks off. */
async function holdBody(incoming: IncomingMessage, limit: number): Promise<Buffer | null> {
  const length = incoming.headers['content-length'];
  if (incoming.headers['transfer-encoding'] !== undefined || Number(length ?? 0) > limit) return null;
  if (length === undefined || length === '0') return Buffer.alloc(0);
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
