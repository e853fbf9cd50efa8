import { openMetrics } from '../src/adapters/metrics/index.ts';
import type { Bench } from './bench.ts';

const SERIES = 2_000;
const READINGS = 200;

/**
 * ms of processor time to expose the figures of a server with at least 2,000 series, the process's own included, as `GET /api/metrics` reads them; and ns of
 * counting one request. Least 20 readings are warm-up: the first one loads prom-client and is told apart.
 */
export const bench: Bench = async ({ size }) => {
  const wanted = Number(size ?? SERIES);
  const metrics = openMetrics({
    clock: { now: () => Date.now() },
    version: '0.0.0',
    onFailure: (collector, error) => {
      throw new Error(`${collector}: ${error.message}`);
    },
  });
  for (let model = 0; seriesIn((await metrics.read()).text) < wanted; model++)
    metrics.work.models.request(`provider-${model % 5}`, `model-${model}`, {
      ...{ promptTokens: 900, completionTokens: 80, costUsd: 0.002, seconds: 1.5 },
    });
  const { text } = await metrics.read();
  for (let reading = 0; reading < 20; reading++) await metrics.read();
  const times: number[] = [];
  for (let reading = 0; reading < READINGS; reading++) {
    const began = process.cpuUsage();
    await metrics.read();
    const { user, system } = process.cpuUsage(began);
    times.push((user + system) / 1_000);
  }
  times.sort((a, b) => a - b);
  return {
    series: seriesIn(text),
    bytes: text.length,
    p50Ms: rounded(times[READINGS / 2]!),
    p95Ms: rounded(times[Math.floor(READINGS * 0.95)]!),
    maxMs: rounded(times.at(-1)!),
    goalMs: 20,
    countNs: countNs(metrics),
  };
};

function seriesIn(text: string): number {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}

/** Of one request: a counter with three labels, and a histogram. */
function countNs({ requests }: ReturnType<typeof openMetrics>): number {
  const times = 200_000;
  const began = process.cpuUsage().user;
  for (let one = 0; one < times; one++)
    requests.request({ method: 'GET', route: '/api/issues/:id', status: 200, seconds: 0.01 });
  return Math.round(((process.cpuUsage().user - began) * 1_000) / times);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
