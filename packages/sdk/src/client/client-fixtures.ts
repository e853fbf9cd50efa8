import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DeliveryTime } from '../delivery/delivery.ts';
import type { Entry } from '../record.ts';
import type { Sink } from '../sinks/sink.ts';

/** A line as the other side reads it. */
export interface ReceivedRecord {
  id: string;
  time: string;
  severity: string;
  message: string;
  template?: string;
  logger: string;
  service: string;
  environment?: string;
  revision?: string;
  instance: string;
  traceId?: string;
  spanId?: string;
  exception?: {
    type: string;
    message: string;
    stack: string;
    cause?: ReceivedRecord['exception'];
    errors?: ReceivedRecord['exception'][];
  };
  attributes: Record<string, unknown> & { sequence: number };
}

/** Keeps what it is sent, in the order in which it came. */
export interface MemorySink extends Sink {
  readonly entries: Entry[];
  readonly records: ReceivedRecord[];
}

export function memorySink(name = 'memory'): MemorySink {
  const entries: Entry[] = [];
  return {
    name,
    isLocal: true,
    entries,
    get records() {
      return entries.map(({ line }) => JSON.parse(line) as ReceivedRecord);
    },
    async send(batch) {
      entries.push(...batch);
      return { kind: 'answered', outcomes: batch.map(() => ({ kind: 'sent' })), roundTripMs: 1 };
    },
  };
}

/** A clock that stands still until it is moved; what is due then runs at once, in order. */
export interface TestTime extends DeliveryTime {
  advance(ms: number): void;
}

export function testTime(wall = Date.UTC(2026, 2, 1, 12)): TestTime {
  let now = 1_000;
  const timers = new Set<{ at: number; work: () => void }>();
  return {
    now: () => now,
    wall: () => wall + now - 1_000,
    after: (ms, work) => {
      const timer = { at: now + ms, work };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    random: () => 0.5,
    advance: (ms) => {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.work();
      }
      now = until;
    },
  };
}

/** A server that speaks `POST /api/events` as Guardian does, on loopback. */
export interface EventServer {
  readonly url: string;
  readonly records: ReceivedRecord[];
  /** By path: the lines. */
  readonly lines: Record<string, string[]>;
  /** Resolves once so many records are there. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startEventServer(): Promise<EventServer> {
  const lines: Record<string, string[]> = {};
  const waiting: { count: number; resolve: () => void }[] = [];
  const records = (): ReceivedRecord[] =>
    (lines['/api/events'] ?? []).map((line) => JSON.parse(line) as ReceivedRecord);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
      const received = text.split('\n').filter((line) => line !== '');
      const path = request.url ?? '';
      lines[path] = [...(lines[path] ?? []), ...received];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ accepted: received.length, duplicate: 0, rejected: [] }));
      for (const one of waiting) if (records().length >= one.count) one.resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get records() {
      return records();
    },
    lines,
    received: (count) =>
      new Promise((resolve) => {
        if (records().length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A folder that is gone when `remove` is called. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'guardian-sdk-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
