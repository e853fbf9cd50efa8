import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createElasticBulkFormat,
  elasticError,
  elasticSetUpReply,
} from '../../../src/adapters/sources/elastic-bulk/index.ts';
import type { Event } from '../../../src/core/events/index.ts';
import { WireRefusal, type WireReply } from '../../../src/core/ingest/ports.ts';

/** Bounds as a server has them. */
export const BOUNDS = {
  inflatedBytes: 100 * 1024 * 1024,
  itemBytes: 1024 * 1024,
  attachmentBytes: 20 * 1024 * 1024,
  items: 100_000,
};

/** A server on loopback that speaks the format to real clients, and remembers in memory what it was given. */
export async function startElasticServer() {
  const format = createElasticBulkFormat();
  const events: Event[] = [];
  const known = new Set<string>();
  const requests: { method: string; path: string; accept: string | undefined }[] = [];
  /** Replies to give before anything else: a store that is full, a connection that breaks. */
  const failures: WireReply[] = [];
  /** What was sent is stored, but its answers never arrive. */
  const lost = { answers: 0 };

  const answer = (method: string, url: string, headers: Record<string, string>, body: Buffer): WireReply => {
    const [path = '/', query = ''] = url.split('?');
    const { accept } = headers;
    requests.push({ method, path, accept });
    const setUp = elasticSetUpReply({ method, path, accept, clusterUuid: 'bm90LWEtcmVhbC1vbmUtYQ' });
    if (setUp) return setUp;
    if (!/_bulk\/?$/.test(path)) {
      return elasticError({ status: 404, type: 'resource_not_found_exception', reason: 'not found', accept });
    }
    const failure = failures.shift();
    if (failure) return failure;
    const batch = format.decode(
      {
        format: 'elastic-bulk',
        method,
        path,
        query: Object.fromEntries(new URLSearchParams(query)),
        headers,
        body,
        project: { id: 1, slug: 'shop' },
        trust: 'server',
        receivedAt: Date.now(),
      },
      BOUNDS,
    );
    return batch.reply(
      batch.events.map((event) => {
        const key = `${event.source.name}\n${event.id}`;
        if (known.has(key)) return 'duplicate';
        known.add(key);
        events.push(event);
        return 'stored';
      }),
    );
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      let reply: WireReply;
      try {
        reply = answer(request.method ?? '', request.url ?? '/', headers, Buffer.concat(chunks));
      } catch (error) {
        if (!(error instanceof WireRefusal)) throw error;
        reply = error.reply;
      }
      if (lost.answers > 0 && request.url?.includes('_bulk')) {
        lost.answers--;
        request.socket.destroy();
        return;
      }
      response.writeHead(reply.status, reply.headers).end(request.method === 'HEAD' ? undefined : reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    node: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    requests,
    failures,
    lost,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type ElasticServer = Awaited<ReturnType<typeof startElasticServer>>;
