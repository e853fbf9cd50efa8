import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import type { Bench } from './bench.ts';
import type { Costs } from './middleware/stopwatch.ts';

const FRAMEWORKS = ['fastify', 'express', 'hono'] as const;
const VARIANTS = ['bare', 'again', 'guardian', 'opentelemetry', 'apitally', 'timed'] as const;
type Variant = (typeof VARIANTS)[number];
const ROUNDS = 40;
const SLICE_MS = 300;

/**
 * What watching costs a hello world with one route parameter and a known identity: requests a second, and µs of processor time a
 * request (user and system of the whole process, so sending is in it), beside the same without. All variants of a framework run at
 * once, in processes of their own, and take turns of 0.3 s in a new order each round; `again` is a second `bare`, so its difference is
 * the noise. `loss` is the mean over the rounds with its 95 % interval (Student's t). `timed`: µs inside the middleware's own code.
 * `--size N`: rounds. `--data fastify`: that one only.
 */
export const bench: Bench = async ({ size, data }) => {
  const rounds = Number(size ?? ROUNDS);
  const found: Record<string, unknown> = {};
  for (const framework of FRAMEWORKS.filter((each) => data === undefined || each === data)) {
    found[framework] = await compare(framework, rounds);
    process.stderr.write(`${framework} ${JSON.stringify(found[framework])}\n`);
  }
  const load = loadavg()[0] ?? 0;
  return {
    ...found,
    rounds,
    sliceMs: SLICE_MS,
    node: process.version,
    cores: availableParallelism(),
    loadAverage: Math.round(load * 10) / 10,
  };
};

interface Turn {
  perSecond: number;
  cpuUs: number;
}

async function compare(framework: string, rounds: number): Promise<Record<string, unknown>> {
  const sink = await startSink();
  const client = fork(new URL('./middleware/load.ts', import.meta.url));
  const servers = new Map<Variant, { child: ChildProcess; port: number }>();
  try {
    for (const variant of VARIANTS) servers.set(variant, await startVariant(framework, variant, sink.url));
    const turns = new Map<Variant, Turn[]>(VARIANTS.map((variant) => [variant, []]));
    for (let round = -1; round < rounds; round++) {
      for (const variant of shuffled(VARIANTS)) {
        const server = servers.get(variant);
        if (server === undefined) continue;
        const turn = await takeTurn(client, server);
        // The first round warms up.
        if (round >= 0) turns.get(variant)?.push(turn);
      }
    }
    const timed = servers.get('timed');
    const costs = timed === undefined ? null : (await state(timed.child)).costs;
    return { ...summary(turns), inMiddleware: costs };
  } finally {
    for (const { child } of servers.values()) child.kill();
    client.kill();
    sink.server.closeAllConnections();
    sink.server.close();
  }
}

async function startVariant(framework: string, variant: Variant, sink: string) {
  const child = fork(new URL('./middleware/server.ts', import.meta.url), [framework, variant, sink]);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${framework} ${variant} did not start`)));
  ended.catch(() => undefined);
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  return { child, port };
}

async function takeTurn(client: ChildProcess, { child, port }: { child: ChildProcess; port: number }): Promise<Turn> {
  const before = await state(child);
  const started = performance.now();
  client.send({ port, ms: SLICE_MS });
  const [answers] = (await once(client, 'message')) as [number];
  const seconds = (performance.now() - started) / 1_000;
  const after = await state(child);
  return { perSecond: answers / seconds, cpuUs: (after.cpuUs - before.cpuUs) / answers };
}

async function state(child: ChildProcess): Promise<{ cpuUs: number; costs: Costs | null }> {
  child.send('state');
  const [told] = (await once(child, 'message')) as [{ cpuUs: number; costs: Costs | null }];
  return told;
}

function summary(turns: ReadonlyMap<Variant, readonly Turn[]>): Record<string, unknown> {
  const bare = turns.get('bare') ?? [];
  const of = (variant: Variant) => {
    const own = turns.get(variant) ?? [];
    const lossOf = (figure: (turn: Turn) => number) =>
      interval(own.map((turn, round) => 100 * (1 - figure(turn) / figure(bare[round] ?? turn))));
    return {
      perSecond: Math.round(mean(own.map(({ perSecond }) => perSecond))),
      lossPercent: lossOf(({ perSecond }) => perSecond),
      cpuUs: round(mean(own.map(({ cpuUs }) => cpuUs))),
      cpuLossPercent: lossOf(({ cpuUs }) => 1 / cpuUs),
    };
  };
  const { perSecond, cpuUs } = of('bare');
  return {
    bare: { perSecond, cpuUs },
    again: of('again'),
    guardian: of('guardian'),
    opentelemetry: of('opentelemetry'),
    apitally: of('apitally'),
  };
}

/** Student's t for 95 %, two-sided, by degrees of freedom 9 to 30; beyond, the normal's. */
const T = [
  2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06,
  2.056, 2.052, 2.048, 2.045, 2.042,
];

function interval(values: readonly number[]): { mean: number; from: number; to: number } {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1);
  const half = (T[Math.max(0, values.length - 10)] ?? 1.96) * Math.sqrt(variance / values.length);
  return { mean: round(middle), from: round(middle - half), to: round(middle + half) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}

/** Takes whatever the watchers send, and answers what they want to hear. */
async function startSink(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(request.url?.endsWith('/api/usage') === true ? '{"accepted":1,"duplicate":0,"rejected":[]}' : '{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
