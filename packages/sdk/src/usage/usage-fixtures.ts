import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { createDelivery } from '../delivery/create-delivery.ts';
import type { Delivery, DeliveryKnobs, DeliveryTime } from '../delivery/delivery.ts';
import type { Entry } from '../record.ts';
import { guardianSink } from '../sinks/guardian.ts';
import { expandBatch } from './expand-batch.ts';
import type { RequestRecord, UsageLine, UsageRecord } from './usage-record.ts';

/** A server that takes what `POST /api/usage` takes, and keeps the bytes as they came. */
export interface UsageServer {
  url: string;
  /** While true it answers 503 and keeps nothing. */
  isDown: boolean;
  /** All that ever came in, as text. */
  received(): string;
  /** In the order of their numbers. */
  records(): UsageRecord[];
  requests(): RequestRecord[];
  stop(): Promise<void>;
}

export async function startUsageServer(): Promise<UsageServer> {
  const bodies: string[] = [];
  const server = createServer((incoming, answer) => {
    void bytesOf(incoming).then((bytes) => {
      if (started.isDown) {
        answer.writeHead(503, { 'retry-after': '0' }).end();
        return;
      }
      const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const text = body.toString();
      bodies.push(text);
      const accepted = text.split('\n').filter((line) => line !== '').length;
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify({ accepted, duplicate: 0, rejected: [] }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const received = () => bodies.join('\n');
  const records = () => readLines(received().split('\n')).sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  const started: UsageServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isDown: false,
    received,
    records,
    requests: () => records().filter((record) => record.kind === 'request'),
    stop: () => {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(() => stopped()));
    },
  };
  return started;
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A real way to that server: queue, segments on disk in a folder of its own, HTTP. */
export interface Wire {
  server: UsageServer;
  delivery: Delivery;
  folder: string;
  /** Everything that stands on disk now, as text. */
  spilled(): string;
}

/** Ends with the test. */
export async function openWire(knobs: Partial<DeliveryKnobs> = {}): Promise<Wire> {
  const server = await startUsageServer();
  const folder = mkdtempSync(join(tmpdir(), 'guardian-usage-'));
  const delivery = createDelivery({
    sink: guardianSink({ url: server.url, key: 'test', stream: 'usage' }),
    folder,
    knobs: { flushAfterMs: 10, ...knobs },
  });
  onTestFinished(async () => {
    await delivery.shutdown({ timeoutMs: 1_000 });
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { server, delivery, folder, spilled: () => textOf(folder) };
}

function textOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n');
}

/** As the server reads them: batches become their records. Throws for what no server may take. */
function readLines(lines: readonly string[]): UsageRecord[] {
  return lines
    .filter((line) => line !== '')
    .flatMap((line): UsageRecord[] => {
      const parsed = JSON.parse(line) as UsageLine;
      if (parsed.kind !== 'batch') return [parsed];
      const { records, rejected } = expandBatch(parsed);
      if (rejected.length > 0) throw new Error(`row ${rejected[0]?.row}: ${rejected[0]?.message}`);
      return records;
    });
}

/** A delivery that keeps everything, for what is decided before a line leaves. */
export interface KeepingDelivery extends Delivery {
  readonly entries: readonly Entry[];
  records(): UsageRecord[];
  requests(): RequestRecord[];
  refuse: boolean;
}

export function keepingDelivery(): KeepingDelivery {
  const entries: Entry[] = [];
  const records = () => readLines(entries.map(({ line }) => line));
  return {
    name: 'keeping',
    entries,
    refuse: false,
    accept(entry) {
      if (this.refuse) return false;
      entries.push(entry);
      return true;
    },
    records,
    requests: () => records().filter((record) => record.kind === 'request'),
    persisted: () => Promise.resolve(),
    flush: () => Promise.resolve(true),
    shutdown: () => Promise.resolve(true),
    writeOut: () => undefined,
    counters: () => {
      throw new Error('counts nothing');
    },
    gauges: () => {
      throw new Error('measures nothing');
    },
  };
}

/** Time that stands still until it is told. */
export interface ManualTime extends DeliveryTime {
  pass(ms: number): void;
  /** The wall clock alone, as when somebody sets it. */
  stepWall(ms: number): void;
}

export function manualTime(start = Date.UTC(2025, 9, 20, 3, 18, 28, 648)): ManualTime {
  let monotonic = 1_000;
  let wall = start;
  let timers: { at: number; work: () => void }[] = [];
  return {
    now: () => monotonic,
    wall: () => wall,
    after(ms, work) {
      const timer = { at: monotonic + ms, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    random: () => 0.5,
    pass(ms) {
      monotonic += ms;
      wall += ms;
      const due = timers.filter(({ at }) => at <= monotonic);
      timers = timers.filter(({ at }) => at > monotonic);
      for (const { work } of due) work();
    },
    stepWall(ms) {
      wall += ms;
    },
  };
}

export interface Asked {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface Answered {
  status: number;
  body: string;
}

/** One request over a socket of its own, with any header. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
