import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** How it behaves: as it should, answers 503, or does not listen. */
export type Mode = 'up' | '503' | 'closed';

export interface Receiver {
  url: string;
  set(mode: Mode): Promise<void>;
  /** When each record first arrived, by its number; performance.now(). */
  arrived: Map<number, number>;
  /** Records that came under an id that was there. */
  refusedTwice(): number;
  /** Records that are stored under two ids. */
  storedTwice(): number;
  stop(): Promise<void>;
}

const RECORD = /record (\d+) /g;

/**
 * Speaks what each of the loggers sends: Guardian's events, Elasticsearch's `_bulk`, OTLP over HTTP. Records are known by the number in their message,
 * which stands as plain text in all of the formats. `create` and Guardian's events are stored once per id, as both servers do.
 */
export async function startReceiver(): Promise<Receiver> {
  let mode: Mode = 'up';
  let server: Server;
  const sockets = new Set<Socket>();
  const arrived = new Map<number, number>();
  const ids = new Map<string, number>();
  const copies = new Map<number, number>();
  let refused = 0;

  const store = (id: string | null, text: string): boolean => {
    if (id !== null && ids.has(id)) {
      refused++;
      return false;
    }
    const numbers = new Set([...text.matchAll(RECORD)].map(([, digits]) => Number(digits)));
    for (const number of numbers) {
      if (id !== null) ids.set(id, number);
      copies.set(number, (copies.get(number) ?? 0) + 1);
      if (!arrived.has(number)) arrived.set(number, performance.now());
    }
    return true;
  };

  const take = (path: string, body: string): object => {
    if (path.startsWith('/api/')) {
      let accepted = 0;
      const lines = body.split('\n').filter(Boolean);
      for (const line of lines) if (store((JSON.parse(line) as { id: string }).id, line)) accepted++;
      return { accepted, duplicate: lines.length - accepted, rejected: [] };
    }
    if (path.includes('_bulk')) return takeBulk(body, store);
    if (path.includes('/v1/logs')) store(null, body);
    return path.includes('health') ? { status: 'green', cluster_name: 'bench' } : SET_UP;
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (mode === '503') {
        response.writeHead(503, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }).end('{}');
        return;
      }
      const bytes = Buffer.concat(parts);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const given = take(request.url ?? '', body.toString('utf8'));
      response.writeHead(200, { 'content-type': typeFor(request), 'x-elastic-product': 'Elasticsearch' });
      response.end(request.method === 'HEAD' ? '' : JSON.stringify(given));
    });
  };

  const listen = async (port: number) => {
    server = createServer(answer);
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };

  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    refusedTwice: () => refused,
    storedTwice: () => [...copies.values()].filter((count) => count > 1).length,
    async set(next) {
      if (mode === 'closed' && next !== 'closed') await listen(port);
      if (mode !== 'closed' && next === 'closed') await close();
      mode = next;
    },
    async stop() {
      if (mode !== 'closed') await close();
    },
  };
}

const SET_UP = {
  name: 'bench',
  cluster_name: 'bench',
  cluster_uuid: 'bm90LWEtcmVhbC1vbmUtYQ',
  version: { number: '9.1.0', build_flavor: 'default' },
  tagline: 'You Know, for Search',
  acknowledged: true,
};

function takeBulk(body: string, store: (id: string | null, text: string) => boolean): object {
  const lines = body.split('\n').filter(Boolean);
  const items: object[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [action, { _id, _index }] = Object.entries(
      JSON.parse(lines[at]!) as Record<string, { _id?: string; _index: string }>,
    )[0]!;
    const isNew = store(action === 'create' ? (_id ?? null) : null, lines[at + 1]!);
    items.push({
      [action]: {
        _index,
        _id: _id ?? String(at),
        status: isNew ? 201 : 409,
        ...(isNew ? { result: 'created' } : { error: { type: 'version_conflict_engine_exception' } }),
      },
    });
  }
  return { took: 1, errors: false, items };
}

function typeFor({ headers }: IncomingMessage): string {
  return (
    /application\/vnd\.elasticsearch\+json; ?compatible-with=\d/.exec(headers.accept ?? '')?.[0] ?? 'application/json'
  );
}
