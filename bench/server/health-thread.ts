import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

// Asks for the health of a server every 20 ms from a thread of its own, so that a busy client does not count as a slow server.

const { url } = workerData as { url: string };
const times: number[] = [];
const timer = setInterval(ask, 20);

function ask(): void {
  const began = performance.now();
  const asked = request(`${url}/api/health`, (response) => {
    response.resume();
    response.on('end', () => times.push(performance.now() - began));
  });
  asked.on('error', () => times.push(Number.POSITIVE_INFINITY));
  asked.end();
}

parentPort!.once('message', () => {
  clearInterval(timer);
  setTimeout(() => {
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
    parentPort!.postMessage({ asked: times.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(0.9999) });
    parentPort!.close();
  }, 200);
});
