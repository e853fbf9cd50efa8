import { Agent, request } from 'node:http';
import { Worker } from 'node:worker_threads';
import { startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';
import { smallEvents } from './server/generated-events.ts';
import { processorMs } from './server/processor-time.ts';

/** Twenty times what a key may send. */
const FLOOD_PER_SECOND = 2_000;
const FLOOD_CONNECTIONS = 40;
/** Of the key that keeps to its limits: ten events each. */
const SENT_EVERY_MS = 50;
const BATCH = 10;

/**
 * What a key at twenty times its limit does to another key's sender: p95 of the other's requests without and with the flood, alternating, with the
 * default limits. `spread`: the flood comes from forty addresses, so that only its key holds it back; `single`: from one. `--size N`: seconds of
 * each stretch (10); three of each. Flooder, sender and server share the machine, and whatever else it does shows in the times: beside them stands
 * the server's processor time, ms a second.
 */
export const bench: Bench = async ({ size }) => {
  const seconds = Number(size ?? 10);
  const server = await startGuardian({ environment: { GUARDIAN_PROTECTION: 'on' } });
  try {
    const flooding = await secondKey(server.url);
    const single = await compare({ ...server, flooding, seconds, isSpread: false });
    const spread = await compare({ ...server, flooding, seconds, isSpread: true });
    return { seconds, floodPerSecond: FLOOD_PER_SECOND, target: 'ratio ≤ 2', single, spread };
  } finally {
    await server.stop();
  }
};

interface Compared {
  url: string;
  key: string;
  pid: number;
  flooding: string;
  seconds: number;
  isSpread: boolean;
}

async function compare({ url, key, pid, flooding, seconds, isSpread }: Compared) {
  const alone: number[] = [];
  const flooded: number[] = [];
  const answers: Record<string, number> = {};
  let sent = 0;
  const cpu = { alone: 0, flooded: 0 };
  // The first stretch is the server's warm-up.
  await send(url, key, seconds / 2);
  for (let turn = 0; turn < 3; turn++) {
    const atFirst = processorMs(pid);
    alone.push(...(await send(url, key, seconds)));
    const between = processorMs(pid);
    cpu.alone += between - atFirst;
    const workerData = {
      ...{ port: Number(new URL(url).port), key: flooding, perSecond: FLOOD_PER_SECOND },
      ...{ connections: FLOOD_CONNECTIONS, isSpread },
    };
    const flooder = new Worker(new URL('./flood/flooder.ts', import.meta.url), { workerData });
    flooded.push(...(await send(url, key, seconds)));
    cpu.flooded += processorMs(pid) - between;
    const told = new Promise<{ sent: number; answers: Record<string, number> }>((resolve) =>
      flooder.once('message', resolve),
    );
    flooder.postMessage('enough');
    const result = await told;
    sent += result.sent;
    for (const [status, count] of Object.entries(result.answers)) answers[status] = (answers[status] ?? 0) + count;
    await flooder.terminate();
  }
  const [p95Alone, p95Flooded] = [p95(alone), p95(flooded)];
  return {
    p95AloneMs: p95Alone,
    p95FloodedMs: p95Flooded,
    ratio: Math.round((p95Flooded / p95Alone) * 100) / 100,
    requests: alone.length + flooded.length,
    serverMsASecond: { alone: Math.round(cpu.alone / 3 / seconds), flooded: Math.round(cpu.flooded / 3 / seconds) },
    flood: { sent, answers },
  };
}

function p95(times: number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * 0.95)] ?? 0) * 100) / 100;
}

/** ms of each request. Throws for one that was refused: who keeps to the limits must not be. */
async function send(url: string, key: string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const times: Promise<number>[] = [];
  const until = performance.now() + seconds * 1_000;
  for (let index = 0; performance.now() < until; index++) {
    times.push(post(agent, url, key, smallEvents(Math.floor(performance.now() * 1_000) + index, BATCH)));
    await new Promise((resolve) => setTimeout(resolve, SENT_EVERY_MS));
  }
  const taken = await Promise.all(times);
  agent.destroy();
  return taken;
}

function post(agent: Agent, url: string, key: string, body: string): Promise<number> {
  const began = performance.now();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers, localAddress: '127.0.0.2' };
    const sent = request(`${url}/api/events`, options, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(performance.now() - began)
          : reject(new Error(`the sender within its limits was answered with ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function secondKey(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const made = await fetch(`${url}/api/projects`, { method: 'POST', headers, body: JSON.stringify({ name: 'Flood' }) });
  const { id } = (await made.json()) as { id: number };
  const keys = (await (await fetch(`${url}/api/projects/${id}/keys`)).json()) as { items: { key: string }[] };
  return keys.items[0]!.key;
}
