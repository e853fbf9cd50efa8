import type { Deployment, InitialMetrics } from '../deployment.ts';
import type { EngineContext } from './move.ts';
import { requestOf } from './run-check.ts';

const SAMPLES = 1_000;

/** What the log says of the first minutes under traffic. Whatever cannot be read is null: it holds nothing up. */
export async function readInitialMetrics(deployment: Deployment, context: EngineContext): Promise<InitialMetrics> {
  const { service, revision, baseline } = deployment;
  const [vitals, metrics, exposition] = await Promise.all([
    context.target.vitals(revision!).catch(() => null),
    baseline === null
      ? null
      : context.metrics.read({ service, revision: revision!, ...baseline, samples: SAMPLES }).catch(() => null),
    readExposition(deployment, context).catch(() => null),
  ]);
  return {
    requests: metrics?.requests ?? 0,
    successRatio: metrics === null || metrics.requests === 0 ? null : 1 - metrics.errors / metrics.requests,
    p95Ms: p95(metrics?.latenciesMs ?? []),
    cacheHitRatio: exposition === null ? null : hitRatio(exposition),
    startMs: vitals?.startMs ?? null,
    memoryBytes: vitals?.memoryBytes ?? null,
  };
}

async function readExposition(
  { address, asked }: Deployment,
  { checks, target, headers }: EngineContext,
): Promise<string | null> {
  if (address === null || asked.metrics === null) return null;
  const url = new URL(asked.metrics.path, address).href;
  const reply = await checks.request(requestOf(url, { ...headers, ...(await target.authorize(url)) }));
  return reply.status === 200 ? reply.body : null;
}

function hitRatio(exposition: string): number | null {
  const hits = totalOf(exposition, 'memory_analysis_cache_hits_total');
  const all = hits + totalOf(exposition, 'memory_analysis_cache_misses_total');
  return all === 0 ? null : hits / all;
}

/** The sum of a counter over its labels. */
function totalOf(exposition: string, name: string): number {
  let total = 0;
  for (const line of exposition.split('\n')) {
    if (!line.startsWith(name)) continue;
    const value = Number(/^[^\s{]{1,200}(?:\{[^}]{0,2000}\})? ([0-9.eE+]{1,30})/.exec(line)?.[1] ?? Number.NaN);
    if (Number.isFinite(value)) total += value;
  }
  return total;
}

function p95(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? null;
}
