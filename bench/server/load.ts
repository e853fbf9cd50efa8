import { Agent, request } from 'node:http';
import { Worker } from 'node:worker_threads';

export interface Health {
  asked: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Watches `/api/health` while `work` runs. */
export async function watchHealth<T>(url: string, work: () => Promise<T>): Promise<{ result: T; health: Health }> {
  const thread = new Worker(new URL('./health-thread.ts', import.meta.url), { workerData: { url } });
  const told = new Promise<Health>((resolve) => thread.once('message', resolve));
  const result = await work();
  thread.postMessage('enough');
  return { result, health: await told };
}

export interface LoadOptions {
  url: string;
  headers: Record<string, string>;
  /** One body for each request; the index of the request. */
  body(index: number): string | Buffer;
  seconds: number;
  connections: number;
}

/** Sends over one pool of kept connections until the time is over; a refused request is sent again. How many were acknowledged. */
export async function sendLoad({
  url,
  headers,
  body,
  seconds,
  connections,
}: LoadOptions): Promise<{ requests: number; refused: number; bytes: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + seconds * 1_000;
  let next = 0;
  let requests = 0;
  let refused = 0;
  let bytes = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const payload = Buffer.from(body(next++));
        for (;;) {
          const status = await post(agent, url, headers, payload);
          if (status === 200) break;
          refused++;
          if (status !== 503 && status !== 429) throw new Error(`answered with ${status}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        requests++;
        bytes += payload.length;
      }
    }),
  );
  agent.destroy();
  return { requests, refused, bytes };
}

function post(agent: Agent, url: string, headers: Record<string, string>, payload: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': payload.length } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}
