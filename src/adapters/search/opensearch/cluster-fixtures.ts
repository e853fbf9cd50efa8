import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listenAgain } from '../../../../test/fixtures/listen-again.ts';
import { freePort } from '../../free-port.ts';

interface Kept {
  index: string;
  source: Record<string, unknown> & { seq: number };
}

export interface SmallCluster {
  url: string;
  /** By index and id. */
  documents: Map<string, Kept>;
  /** `METHOD /path` of every call, oldest first. */
  calls: string[];
  /** Bodies of what was set up, by path. */
  setUps: Map<string, unknown>;
  /** Connections that were made to it. */
  connections(): number;
  /** Headers of the last call. */
  lastHeaders(): IncomingMessage['headers'];
  /** How the next calls are answered; null: as they should. Gives undefined for a call that is to be answered as usual. */
  misbehave(how: ((call: string, response: ServerResponse) => true | undefined) | null): void;
  /** Nobody listens any more; the same address comes back with `come`. */
  go(): Promise<void>;
  come(): Promise<void>;
}

interface SmallClusterOptions {
  /** Without one: a free one, which stays its own while it is away. */
  port?: number;
  banner?: object;
  /** Interfaces that this distribution does not have: answered with 400, as clusters do. */
  without?: RegExp;
}

const BANNER = {
  cluster_uuid: 'one',
  version: { number: '2.18.0', distribution: 'opensearch' },
  tagline: 'The OpenSearch Project: https://opensearch.org/',
};

/**
 * As much of a cluster as the degraded mode meets: it keeps documents, pages through them by seq, and can go away. What queries mean is asked of the
 * real one, in `.ci/search`.
 */
export async function startSmallCluster({
  port: given,
  banner = BANNER,
  without,
}: SmallClusterOptions = {}): Promise<SmallCluster> {
  const documents: SmallCluster['documents'] = new Map();
  const calls: string[] = [];
  const setUps = new Map<string, unknown>();
  const sockets = new Set<Socket>();
  let connections = 0;
  const port = given ?? (await freePort());
  let headers: IncomingMessage['headers'] = {};
  let how: Parameters<SmallCluster['misbehave']>[0] = null;

  const interfaces: [path: RegExp, reply: (body: string) => object][] = [
    [/^\/$/, () => banner],
    [/^\/_bulk/, bulk],
    [/\/_search/, (body) => search(JSON.parse(body) as SearchBody)],
    [/\/_refresh/, () => ({})],
    [/^\/_cat\/indices/, listIndices],
  ];
  const answer = (method: string, path: string, body: string): [number, object] => {
    if (without?.test(path)) return [400, { error: `no handler found for uri [${path}] and method [${method}]` }];
    const known = interfaces.find(([of]) => of.test(path));
    return known ? [200, known[1](body)] : setUp(method, path, body);
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    headers = request.headers;
    if (how?.(call, response)) return;
    const [status, json] = answer(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString());
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = () => listenAgain(server, port);
  await listen();

  return {
    url: `http://127.0.0.1:${port}`,
    documents,
    calls,
    setUps,
    connections: () => connections,
    lastHeaders: () => headers,
    misbehave: (given) => {
      how = given;
    },
    go: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    come: listen,
  };

  function setUp(method: string, path: string, body: string): [number, object] {
    if (method === 'DELETE') return [deleteIndex(path.slice(1)) ? 200 : 404, {}];
    if (method === 'GET') return setUps.has(path) ? [200, { _seq_no: 4, _primary_term: 1 }] : [404, {}];
    setUps.set(path, JSON.parse(body));
    return [200, { acknowledged: true }];
  }

  function bulk(body: string): object {
    const lines = body.split('\n').filter((line) => line !== '');
    const items: object[] = [];
    for (let at = 0; at < lines.length; at++) {
      const action = JSON.parse(lines[at]!) as Record<string, { _index: string; _id: string }>;
      const [[name, { _index: index, _id: id }]] = Object.entries(action) as [
        [string, { _index: string; _id: string }],
      ];
      const key = `${index}/${id}`;
      if (name === 'delete') items.push({ delete: { status: documents.delete(key) ? 200 : 404 } });
      else {
        documents.set(key, { index, source: JSON.parse(lines[++at]!) as Kept['source'] });
        items.push({ index: { status: 201 } });
      }
    }
    return { errors: false, items };
  }

  function search(body: SearchBody): object {
    const { gte, lt } = rangeIn(body.query) ?? { gte: 0, lt: Number.POSITIVE_INFINITY };
    const isNewest = body.sort?.[0]?.seq.order !== 'asc';
    const [after] = body.search_after ?? [];
    const hits = [...documents.values()]
      .filter(({ source: { seq } }) => seq >= gte && seq < lt)
      .filter(({ source: { seq } }) => after === undefined || (isNewest ? seq < after : seq > after))
      .sort((a, b) => (isNewest ? b.source.seq - a.source.seq : a.source.seq - b.source.seq))
      .slice(0, body.size)
      .map(({ source }) => ({ _source: source }));
    return { timed_out: false, _shards: { failed: 0 }, hits: { hits } };
  }

  function listIndices(): object[] {
    const counted = new Map<string, number>();
    for (const { index } of documents.values()) counted.set(index, (counted.get(index) ?? 0) + 1);
    return [...counted].map(([index, count]) => ({ index, 'docs.count': String(count) }));
  }

  function deleteIndex(name: string): boolean {
    let isThere = false;
    for (const [key, { index }] of documents) if (index === name) isThere = documents.delete(key);
    return isThere;
  }
}

interface SearchBody {
  query?: { bool?: { filter?: { range?: { seq?: { gte: number; lt: number } } }[] } };
  sort?: [{ seq: { order: string } }];
  search_after?: [number];
  size: number;
}

function rangeIn(query: SearchBody['query']): { gte: number; lt: number } | undefined {
  return query?.bool?.filter?.find(({ range }) => range?.seq)?.range?.seq;
}
