import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PROJECT, sentryRequest } from '../../../src/adapters/sources/sentry/sentry-fixtures.ts';
import type { WireRequest } from '../../../src/core/ingest/ports.ts';

/** What one client sent, byte by byte, to a server on loopback that takes everything. */
export interface RecordedRequests {
  requests: WireRequest[];
  /** Instants between which the client ran, epoch ms. */
  from: number;
  to: number;
}

export const PUBLIC_KEY = '0123456789abcdef0123456789abcdef';

/** Runs a script beside this file in a process of its own, its last argument a DSN, and keeps what it sends. */
export async function recordClient(script: string, args: readonly string[]): Promise<RecordedRequests> {
  const requests: WireRequest[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const from = Date.now();
  try {
    const dsn = `http://${PUBLIC_KEY}@127.0.0.1:${port}/${PROJECT.id}`;
    await runScript(script, [...args, dsn]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return { requests, from, to: Date.now() };
}

async function runScript(script: string, args: readonly string[]): Promise<void> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const client = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  client.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code] = (await once(client, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${complaint.slice(0, 2_000)}`);
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? '')]);
  return sentryRequest(Buffer.concat(chunks), {
    method: incoming.method ?? 'POST',
    path: url.pathname.replace(`/api/${PROJECT.id}/envelope`, ''),
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    receivedAt: Date.now(),
  });
}
