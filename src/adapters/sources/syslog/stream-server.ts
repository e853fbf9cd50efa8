import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Event } from '../../../core/events/index.ts';
import type { BatchSink } from './batch-sink.ts';
import type { SyslogCounts } from './counts.ts';
import type { MessageReader } from './message-event.ts';
import type { SyslogAddress, SyslogReading, SyslogTls } from './options.ts';
import { FrameSplitter } from './split-frames.ts';

export interface StreamContext {
  reading: SyslogReading;
  reader: MessageReader;
  sink: BatchSink;
  counts: SyslogCounts;
}

export interface ListeningServer {
  address: SyslogAddress;
  /** No new connections; what was received goes to the sink, and the connections are closed. */
  close(): Promise<void>;
}

/** Listens for syslog over TCP, inside TLS when it is told how. Rejects when the address cannot be had. */
export async function startStreamServer(
  at: SyslogAddress | SyslogTls,
  context: StreamContext,
): Promise<ListeningServer> {
  const { reading, counts } = context;
  const connections = new Set<Connection>();
  const accept = (socket: Socket): void => {
    const connection = new Connection(socket, context);
    connections.add(connection);
    counts.connections++;
    socket.once('close', () => {
      connections.delete(connection);
      counts.connections--;
    });
  };
  const server = 'certificate' in at ? tlsServer(at, context, accept) : createServer(accept);
  server.maxConnections = reading.limits.connections;
  server.on('drop', () => {
    counts.refusedConnections++;
  });
  await listen(server, at);
  server.on('error', reading.onError);
  const bound = server.address();
  return {
    address: { host: at.host, port: bound !== null && typeof bound === 'object' ? bound.port : at.port },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...connections].map((connection) => connection.end()));
      await closed;
    },
  };
}

function tlsServer(at: SyslogTls, { reading, counts }: StreamContext, accept: (socket: Socket) => void): Server {
  const isAsked = at.clientAuthority !== undefined;
  const server = createTlsServer({
    key: Buffer.from(at.key),
    cert: Buffer.from(at.certificate),
    ...(at.clientAuthority === undefined ? {} : { ca: Buffer.from(at.clientAuthority) }),
    requestCert: isAsked,
    rejectUnauthorized: isAsked,
    handshakeTimeout: reading.limits.handshakeMs,
    minVersion: 'TLSv1.2',
  });
  server.on('secureConnection', accept);
  server.on('tlsClientError', () => {
    counts.failedHandshakes++;
  });
  return server;
}

function listen(server: Server, { host, port }: SyslogAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** One sender. What it sent is not read on before that is stored, so it costs one chunk of the socket at most, and a message. */
class Connection {
  readonly #socket: Socket;
  readonly #context: StreamContext;
  readonly #splitter: FrameSplitter;
  #receivedAt: number;
  #events: Event[] = [];
  #partialTimer: NodeJS.Timeout | null = null;

  constructor(socket: Socket, context: StreamContext) {
    this.#socket = socket;
    this.#context = context;
    this.#receivedAt = context.reading.clock.now();
    const peer = plainAddress(socket.remoteAddress);
    const { limits } = context.reading;
    this.#splitter = new FrameSplitter(limits.messageBytes, (frame) => {
      if (frame.skippedBytes > 0) context.counts.cutMessages++;
      const event = context.reader.read(frame, { peer, receivedAt: this.#receivedAt });
      if (event) this.#events.push(event);
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // A reset by the sender: 'close' follows, and what came before counts.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#finish());
    socket.setTimeout(limits.idleMs, () => {
      // While a batch is being stored nobody reads: that is not the sender's silence.
      if (socket.isPaused()) return;
      context.counts.idleConnections++;
      socket.destroy();
    });
  }

  /** Resolves when what has come is given on, a partial message too. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.destroy();
    });
  }

  #take(chunk: Buffer): void {
    const socket = this.#socket;
    const receivedAt = this.#context.reading.clock.now();
    socket.pause();
    this.#context.sink.add({
      bytes: chunk.length,
      isUdp: false,
      read: () => this.#read(receivedAt, () => this.#splitter.push(chunk)),
      onTaken: () => {
        if (socket.destroyed) return;
        socket.setTimeout(this.#context.reading.limits.idleMs);
        socket.resume();
      },
    });
  }

  #finish(): void {
    const receivedAt = this.#context.reading.clock.now();
    this.#context.sink.add({
      bytes: 0,
      isUdp: false,
      read: () => this.#read(receivedAt, () => this.#splitter.finish()),
      onTaken: () => this.#unwatch(),
    });
  }

  #read(receivedAt: number, feed: () => void): Event[] {
    this.#receivedAt = receivedAt;
    feed();
    const events = this.#events;
    this.#events = [];
    if (!this.#splitter.hasPartial) this.#unwatch();
    else if (this.#partialTimer === null || events.length > 0) this.#watchPartial();
    return events;
  }

  /** A message that drips in byte by byte must not hold its place for ever. */
  #watchPartial(): void {
    this.#unwatch();
    this.#partialTimer = setTimeout(() => {
      if (this.#socket.isPaused()) {
        this.#watchPartial();
        return;
      }
      this.#context.counts.slowConnections++;
      this.#socket.destroy();
    }, this.#context.reading.limits.messageMs);
  }

  #unwatch(): void {
    if (this.#partialTimer) clearTimeout(this.#partialTimer);
    this.#partialTimer = null;
  }
}

/** IPv4 as such where the server listens on both. */
export function plainAddress(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d{1,3}\.)/, '');
}
