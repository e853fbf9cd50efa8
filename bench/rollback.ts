import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/adapters/free-port.ts';
import { createProcessTarget } from '../src/adapters/targets/process/process-target.ts';
import { createSettingHash } from '../src/core/deploy/index.ts';
import { deployableService } from '../test/fixtures/deployable-service.ts';
import type { Bench } from './bench.ts';
import { machine } from './log/machine.ts';

const REQUESTS_A_SECOND = 500;
const TRIES = 100;
/** The new revision holds all traffic so long before it is taken off. */
const BROKEN_MS = 400;
const HUNG = "if (request.url !== '/healthz') return;";

interface Load {
  failed: number;
  answered: number;
  stop(): Promise<void>;
}

/**
 * Going back on the process target under 500 requests a second, `--size` tries (100), half of them with a new revision that hangs, half with one that works:
 * seconds from the call until every request is answered by the old one again, and requests that failed.
 */
export const bench: Bench = async ({ size }) => {
  const tries = Number(size ?? TRIES);
  const folder = mkdtempSync(join(tmpdir(), 'guardian-rollback-'));
  const service = deployableService(folder);
  const artifacts = { good: service.commit('good'), fine: service.commit('fine'), hung: service.commit('hung', HUNG) };
  const port = await freePort();
  const target = createProcessTarget({
    name: 'bench',
    service: 'bench',
    launch: {
      base: { PATH: process.env.PATH ?? '' },
      host: '127.0.0.1',
      port,
      command: [process.execPath, 'server.cjs'],
      build: null,
      buildTimeoutMs: 60_000,
      healthPath: '/healthz',
      source: { repository: service.repository },
    },
    environment: {},
    memoryBytes: null,
    timeoutMs: 60_000,
    folder: join(folder, 'target'),
    hash: createSettingHash('bench'),
    redactor: { text: (text) => text },
  });
  let sequence = 0;
  const create = async (artifact: string): Promise<string> => {
    const change = { artifact, commit: null, settings: {}, unset: [] };
    const { digest } = await target.plan(change);
    const id = `bench/${++sequence}`;
    const { name } = await target.createRevision({ id, sequence, change, digest, buildId: sequence, etag: null });
    while (!(await target.readBack(id)).revision?.isReady) await wait(20);
    return name;
  };
  const all = (revision: string) => {
    const split = { shares: [{ revision, percent: 100 }], followsLatest: true };
    return target.setTraffic({ id: `t${++sequence}`, sequence, split });
  };

  const seconds: number[] = [];
  let load: Load | null = null;
  try {
    const good = await create(artifacts.good);
    const next = { fine: await create(artifacts.fine), hung: await create(artifacts.hung) };
    await all(good);
    load = startLoad(port);
    for (let count = 0; count < tries; count++) {
      await all(count % 2 === 0 ? next.hung : next.fine);
      await wait(BROKEN_MS);
      const { answered } = load;
      const startedAt = performance.now();
      await all(good);
      // What was under way when it went back has its answer.
      const due = answered + (REQUESTS_A_SECOND * BROKEN_MS) / 1_000;
      while (load.answered < due) await wait(5);
      seconds.push((performance.now() - startedAt) / 1_000);
      if ((count + 1) % 10 === 0) process.stderr.write(`${count + 1} of ${tries}\n`);
    }
  } finally {
    await load?.stop();
    await target.shutDown();
    rmSync(folder, { recursive: true, force: true });
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  const rounded = (value: number) => Number(value.toFixed(3));
  return {
    tries,
    requestsPerSecond: REQUESTS_A_SECOND,
    requests: load!.answered + load!.failed,
    failed: load!.failed,
    medianSeconds: rounded(sorted[Math.floor(tries / 2)]!),
    slowestSeconds: rounded(sorted.at(-1)!),
    ...machine([]),
  };
};

/** Requests at even distances, whoever answers; each has a minute. */
function startLoad(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  const load: Load = { failed: 0, answered: 0, stop };
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let asked = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * REQUESTS_A_SECOND) / 1_000);
    for (; asked < due; asked++) {
      const one = ask().finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }, 5);

  function ask(): Promise<void> {
    return new Promise((resolve) => {
      const end = (isFailed: boolean) => {
        if (isFailed) load.failed++;
        else load.answered++;
        resolve();
      };
      const request = get({ host: '127.0.0.1', port, path: '/', agent, timeout: 60_000 }, (reply) => {
        reply.resume();
        reply.on('end', () => end((reply.statusCode ?? 500) >= 500));
        reply.on('error', () => end(true));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => end(true));
    });
  }

  async function stop(): Promise<void> {
    clearInterval(timer);
    await Promise.all(underWay);
    agent.destroy();
  }
  return load;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
