import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/adapters/store/sql/index.ts';
import { systemClock } from '../src/core/shared/index.ts';
import { type ModelServer, sayJson, startModelServer, status } from '../test/fixtures/model-server/index.ts';
import { measureHttp } from './analysis/measure-http.ts';
import { type BenchAnalyser, GOOD, openAnalyser, talk } from './analysis/open-analyser.ts';
import { SCENARIOS } from './analysis/scenarios.ts';
import type { Bench } from './bench.ts';

/**
 * The engine of analyses on real HTTP servers of loopback: ms that an open breaker in front adds to an answer (two analysers in turns, one
 * without the failing entry, medians of `--size` calls each), calls that went to it all the same, ms of an answer from memory and of a
 * skipped one with SQLite behind them, the same over HTTP from a whole Guardian, and how many of the listed scenarios hold.
 */
export const bench: Bench = async ({ size = '300' }) => {
  const calls = Number(size);
  const server = await startModelServer();
  try {
    const failOver = await measureFailOver(server, calls);
    const cached = await measureCached(server, calls);
    const http = await measureHttp(server, calls);
    const overHttp = {
      httpSkippedMedianMs: at(http.skipped, 0.5),
      httpSkippedP95Ms: at(http.skipped, 0.95),
      httpMemoryMedianMs: at(http.memory, 0.5),
      httpMemoryP95Ms: at(http.memory, 0.95),
    };
    const failed = await runScenarios(server);
    return { calls, ...failOver, ...cached, ...overHttp, scenarios: SCENARIOS.length, scenariosFailed: failed };
  } finally {
    await server.stop();
  }
};

async function measureFailOver(server: ModelServer, calls: number) {
  server.behave(({ vendor }) =>
    vendor === 'openai-responses' ? status(429, { headers: { 'retry-after': '86400' } }) : sayJson(GOOD),
  );
  const behindOpen = openAnalyser(server, ['first', 'second']);
  const alone = openAnalyser(server, ['second']);
  for (let call = 0; call < 20; call++) {
    await behindOpen.analyse(talk());
    await alone.analyse(talk());
  }
  server.requests.length = 0;
  const took = { open: [] as number[], alone: [] as number[] };
  for (let call = 0; call < calls; call++) {
    took.open.push(await msOf(behindOpen));
    took.alone.push(await msOf(alone));
  }
  const wasted = server.requests.filter(({ key }) => key === 'sk-first').length;
  return {
    openBreakerMedianMs: at(took.open, 0.5),
    withoutItMedianMs: at(took.alone, 0.5),
    addedMedianMs: round(at(took.open, 0.5) - at(took.alone, 0.5)),
    addedP95Ms: round(at(took.open, 0.95) - at(took.alone, 0.95)),
    callsWastedOnOpen: wasted,
  };
}

async function measureCached(server: ModelServer, calls: number) {
  server.behave(() => sayJson(GOOD));
  const folder = mkdtempSync(join(tmpdir(), 'guardian-analysis-'));
  const store = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'main', clock: systemClock });
  try {
    const analyser = openAnalyser(server, ['first'], store.analyses);
    const same = talk();
    await analyser.analyse(same);
    const skipped: number[] = [];
    for (let call = 0; call < calls; call++) skipped.push(await msOf(analyser, same));
    const other = openAnalyser(server, ['first'], { ...store.analyses, latest: async () => null });
    await other.analyse(same);
    const memory: number[] = [];
    for (let call = 0; call < calls; call++) memory.push(await msOf(other, same));
    return { skippedP95Ms: at(skipped, 0.95), memoryP95Ms: at(memory, 0.95) };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function runScenarios(server: ModelServer): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of SCENARIOS) {
    server.requests.length = 0;
    try {
      await run(server);
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`);
    }
  }
  return failed;
}

async function msOf(analyser: BenchAnalyser, messages = talk()): Promise<number> {
  const since = performance.now();
  await analyser.analyse(messages);
  return performance.now() - since;
}

function at(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b);
  return round(ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))]!);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
