import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { otlpLogs, otlpTraces } from '../../../src/adapters/sources/otlp/index.ts';
import {
  type WireBatch,
  type WireBounds,
  WireRefusal,
  type WireReply,
  type WireRequest,
} from '../../../src/core/ingest/ports.ts';

export const BOUNDS: WireBounds = {
  inflatedBytes: 64 * 1024 * 1024,
  itemBytes: 1024 * 1024,
  attachmentBytes: 0,
  items: 10_000,
};

/** A server on loopback that decodes what arrives and answers as the format says. */
export interface OtlpServer {
  url: string;
  /** In the order of arrival; a refused request has none. */
  batches: WireBatch[];
  requests: { path: string; headers: Readonly<Record<string, string>> }[];
  /** Replies to the next requests, in place of the format's. The requests are decoded all the same. */
  replyNext: WireReply[];
  bounds: WireBounds;
  close(): Promise<void>;
}

export async function startOtlpServer(): Promise<OtlpServer> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, headers, body: answer } = answerTo(request, body, state);
      response.writeHead(status, headers).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: OtlpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches: [],
    requests: [],
    replyNext: [],
    bounds: { ...BOUNDS },
    close: () => closeAll(server),
  };
  return state;
}

function answerTo(request: IncomingMessage, body: Buffer, state: OtlpServer): WireReply {
  const wire = wireRequest(request, body);
  state.requests.push({ path: wire.path, headers: wire.headers });
  const format = wire.path === '/v1/traces' ? otlpTraces : otlpLogs;
  try {
    const batch = format.decode(wire, state.bounds);
    state.batches.push(batch);
    return state.replyNext.shift() ?? batch.reply(batch.events.map(() => 'stored'));
  } catch (error) {
    if (error instanceof WireRefusal) return error.reply;
    return { status: 500, headers: {}, body: String(error) };
  }
}

function wireRequest(request: IncomingMessage, body: Buffer): WireRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    format: 'otlp-logs',
    method: request.method ?? '',
    path: request.url ?? '',
    query: {},
    headers: Object.fromEntries(headers),
    body,
    project: { id: 1, slug: 'shop' },
    trust: 'server',
    receivedAt: Date.now(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function closeAll(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
