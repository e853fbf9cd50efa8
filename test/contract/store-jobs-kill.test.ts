import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupStore, openStore, restoreStore, type Store } from '../../src/adapters/store/sql/index.ts';
import type { Run } from '../../src/core/jobs/ports.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';
import { admissionOf, endOf, jobOf, newRun, noFollow } from './store-jobs.ts';

const WORK = fileURLToPath(new URL('./store-jobs-work.ts', import.meta.url));
const NOW = Date.UTC(2031, 0, 6, 6);
const clock = { now: () => NOW };
const JOBS = Array.from({ length: 10 }, (_, index) => `j-${index}`);

describe.each(DATABASES)('jobs on bad days in $name', ({ open }) => {
  let stores: OpenedStores;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    stores = await open({ clock });
    const jobs = JOBS.map((id) => jobOf(id));
    await stores.main.jobs.declare('configuration', jobs, NOW);
  });
  afterEach(async () => {
    for (const child of children.splice(0))
      if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    await stores.close();
  });

  async function openRuns(store: Store): Promise<Run[]> {
    const { items } = await store.runs.list({ statuses: ['queued', 'running'] }, { cursor: null, limit: 10_000 });
    return items;
  }
  async function heldKeys(): Promise<Record<string, number>> {
    const rows = await stores.main.kysely.selectFrom('run_key').selectAll().where('running', '<>', 0).execute();
    return Object.fromEntries(rows.map(({ key, running }) => [key, running]));
  }
  function keysOf(runs: readonly Run[]): Record<string, number> {
    const keys: Record<string, number> = {};
    for (const run of runs) {
      if (run.status === 'running') for (const { key } of run.keys) keys[key] = (keys[key] ?? 0) + 1;
    }
    return keys;
  }
  const startWorker = async () => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', WORK, JSON.stringify(stores.location)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    children.push(child);
    const lines = createInterface(child.stdout);
    return { child, lines: lines[Symbol.asyncIterator]() };
  };

  it('counts the room of keys right whenever a process that claims and settles is killed, and gives it back', async () => {
    const plan = JOBS.map((jobId) => ({
      jobId,
      from: null,
      until: NOW,
      at: NOW,
      admissions: Array.from({ length: 20 }, (_, tick) =>
        admissionOf(
          newRun(`${jobId}-${tick}`, jobId, {
            tick,
            order: tick,
            keys: [
              { key: `job:${jobId}`, limit: 1 },
              { key: 'db', limit: 4 },
            ],
          }),
        ),
      ),
    }));
    await stores.main.runs.plan(plan, noFollow);
    for (let kill = 0; kill < 3; kill++) {
      const { child, lines } = await startWorker();
      for (let batch = 0; batch < 5 + kill * 3; batch++) await lines.next();
      child.kill('SIGKILL');
      await once(child, 'exit');
      const open = await openRuns(stores.main);
      expect(await heldKeys()).toEqual(keysOf(open));
      expect(open.length).toBeGreaterThan(0);
    }
    const stale = await stores.main.runs.stale(Number.MAX_SAFE_INTEGER);
    const reaped = stale.map((run) =>
      endOf(run, { node: null, next: { kind: 'retry', dueAt: NOW }, reason: 'lost', attempt: lost(run) }),
    );
    expect(await stores.main.runs.settle(reaped, noFollow)).toHaveLength(stale.length);
    expect(await heldKeys()).toEqual({});
    for (let left = await openRuns(stores.main); left.length > 0; left = await openRuns(stores.main)) {
      const { runs } = await stores.main.runs.claim({ node: 'last', at: NOW, limit: 50 });
      await stores.main.runs.settle(
        runs.map((run) => endOf(run)),
        noFollow,
      );
    }
    expect(await heldKeys()).toEqual({});
    const { byStatus } = await stores.main.runs.statistics({});
    expect(byStatus.success).toBe(200);
  });
});

const lost = (run: Run) => ({
  number: run.attempt,
  startedAt: NOW,
  finishedAt: NOW,
  status: 'error' as const,
  reason: 'lost' as const,
  error: null,
});

it('takes jobs and runs along in a copy of the database', async () => {
  const { main, location, close } = await DATABASES[0]!.open({ clock });
  if (location.kind !== 'sqlite') throw new Error('the first database is SQLite');
  const target = join(tmpdir(), `guardian-jobs-copy-${process.pid}.db`);
  const folder = join(tmpdir(), `guardian-jobs-restored-${process.pid}`);
  try {
    await main.jobs.declare('configuration', [jobOf('a')], NOW);
    const made = await main.runs.admit(admissionOf(newRun('r-1', 'a')), noFollow);
    await main.output.append('r-1', [{ seq: 0, at: NOW, stream: 'stdout', text: 'kept' }]);
    await backupStore(location, target);
    await restoreStore({ kind: 'sqlite', folder }, target, { clock });
    const restored = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'main', clock });
    expect(made).toMatchObject({ kind: 'made', run: { id: 'r-1' } });
    expect(await restored.runs.get('r-1')).toMatchObject({ status: 'queued', outputBytes: 4 });
    expect(await restored.jobs.list()).toEqual(await main.jobs.list());
    expect(await restored.output.read('r-1', { after: -1, limit: 5 })).toHaveLength(1);
    await restored.close();
  } finally {
    await close();
    rmSync(target, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
});
