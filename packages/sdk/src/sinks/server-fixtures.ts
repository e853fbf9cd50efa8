import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** In a test a server ends with it; elsewhere with `stop()`. */
const { onTestFinished } = process.env.VITEST ? await import('vitest') : { onTestFinished: () => undefined };

export interface Request {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Unpacked. */
  body: string;
  /** Bytes as they came. */
  wireBytes: number;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
}

/** `reset` breaks the connection, `drip` sends a byte a second without end, `hang` never answers, `lose` does the work and breaks then. */
export type Behaviour = Reply | 'reset' | 'drip' | 'hang';

export interface TestServer {
  url: string;
  port: number;
  requests: Request[];
  /** Connections that were ever made. */
  connections(): number;
  /** How requests are answered from now on. */
  answer(handler: (request: Request) => Behaviour | Promise<Behaviour>): void;
  stop(): Promise<void>;
}

export interface ServerOptions {
  isSecure?: boolean;
  port?: number;
}

const TLS = new URL('../../../../test/fixtures/tls/', import.meta.url);

export function certificate(): { key: Buffer; cert: Buffer } {
  return { key: readFileSync(new URL('key.pem', TLS)), cert: readFileSync(new URL('certificate.pem', TLS)) };
}

/** A real HTTP server on loopback that behaves as it is told. */
export async function startServer({ isSecure = false, port = 0 }: ServerOptions = {}): Promise<TestServer> {
  const requests: Request[] = [];
  const sockets = new Set<Socket>();
  const drips = new Set<NodeJS.Timeout>();
  let connections = 0;
  let handler: (request: Request) => Behaviour | Promise<Behaviour> = () => ({});
  const listener: RequestListener = (incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', async () => {
      const request = readRequest(incoming, Buffer.concat(parts));
      requests.push(request);
      give(await handler(request), response, drips);
    });
  };
  const server: Server = isSecure ? createSecureServer(certificate(), listener) : createServer(listener);
  server.keepAliveTimeout = 60_000;
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  const stop = async () => {
    for (const drip of drips) clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return {
    url: `http${isSecure ? 's' : ''}://${isSecure ? 'localhost' : '127.0.0.1'}:${address.port}`,
    port: address.port,
    requests,
    connections: () => connections,
    answer: (next) => {
      handler = next;
    },
    stop,
  };
}

function readRequest({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer): Request {
  const isPacked = headers['content-encoding'] === 'gzip';
  const body = (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
  return { method, path: url, headers, body, wireBytes: bytes.length };
}

function give(behaviour: Behaviour, response: ServerResponse, drips: Set<NodeJS.Timeout>): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (behaviour === 'drip') {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 1_000);
    drips.add(drip);
    response.on('close', () => clearInterval(drip));
    return;
  }
  const { status = 200, headers = {}, body = '' } = behaviour;
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

export interface GuardianReceiver extends TestServer {
  /** Each record once, by its id. */
  stored: Map<string, Record<string, unknown>>;
  /** Records that came although they were there. */
  duplicates: number;
  /** Answers so to the next requests, whatever they bring; what comes is not stored. */
  next(...behaviours: Behaviour[]): void;
  /** Answers so to all requests; null: as a working server does. */
  always(behaviour: Behaviour | null): void;
}

/** Takes `POST /api/events` as a Guardian server does: each id once, confirmed record by record. */
export async function startGuardianReceiver(options: ServerOptions = {}): Promise<GuardianReceiver> {
  const server = await startServer(options);
  const stored = new Map<string, Record<string, unknown>>();
  const script: Behaviour[] = [];
  let usual: Behaviour | null = null;
  const receiver: GuardianReceiver = {
    ...server,
    stored,
    duplicates: 0,
    next: (...behaviours) => void script.push(...behaviours),
    always: (behaviour) => {
      usual = behaviour;
    },
  };
  server.answer((request) => {
    const told = script.shift() ?? usual;
    if (told !== null && told !== undefined) return told;
    const rejected: { line: number; code: string; message: string }[] = [];
    let accepted = 0;
    let duplicate = 0;
    request.body
      .split('\n')
      .filter((line) => line !== '')
      .forEach((line, index) => {
        const record = parse(line);
        if (!record || typeof record.message !== 'string') {
          rejected.push({ line: index + 1, code: 'invalid_event', message: 'no event' });
        } else if (stored.has(String(record.id))) duplicate++;
        else {
          stored.set(String(record.id), record);
          accepted++;
        }
      });
    receiver.duplicates += duplicate;
    const body = { accepted, duplicate, rejected };
    return { status: accepted + duplicate === 0 ? 400 : 200, headers: { 'content-type': 'application/json' }, body };
  });
  return receiver;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
