import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../adapters/store/sql/index.ts';
import { createProject } from '../core/access/index.ts';
import type { WatchedSignal } from '../core/jobs/index.ts';
import { GuardianError, systemClock } from '../core/shared/index.ts';
import { type ExecRecordsOptions, takeExecRecords } from './exec-records.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

let folder: string;
let store: Store;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-records-'));
  store = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'main', clock: systemClock });
  for (const slug of ['default', 'shop', 'studio'])
    await createProject({ store: store.projects, slug, name: slug, clock: systemClock });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** While nobody answers. */
function exec(job: string, options: string[], key?: string) {
  const args = [MAIN, 'exec', '--url', 'http://127.0.0.1:1', '--job', job, ...options, '--', 'echo', job];
  const environment = { PATH: process.env.PATH, GUARDIAN_DATA: folder, ...(key && { GUARDIAN_API_KEY: key }) };
  expect(spawnSync(process.execPath, args, { cwd: folder, env: environment }).status).toBe(0);
}

function take(record: (signal: WatchedSignal) => void): Promise<number> {
  const jobs = {
    record: async (signal: WatchedSignal) => {
      record(signal);
      return { kind: 'recorded', run: null, isNew: true } as const;
    },
  } as ExecRecordsOptions['jobs'];
  const recording = { jobs, store: { runs: store.runs, jobs: store.jobs } };
  return takeExecRecords({ ...recording, projects: store.projects, folder, clock: systemClock });
}

describe('takeExecRecords', () => {
  it('gives each record to the project of its key, the one it names, or the first', async () => {
    const [first, shop, studio] = await store.projects.list();
    const [key] = await store.projects.keys(shop!.id);
    exec('of-key', ['--project', 'studio'], key!.key);
    exec('of-name', ['--project', 'studio']);
    exec('of-nobody', []);
    const refuse = () => {
      throw new GuardianError('store_unavailable');
    };
    expect(await take(refuse)).toBe(0);
    expect(readdirSync(join(folder, 'exec'))).toHaveLength(3);
    const signals: WatchedSignal[] = [];
    expect(await take((signal) => void signals.push(signal))).toBe(3);
    const told = signals.map(({ kind, job, mayBeRefused }) => [kind, job, mayBeRefused]);
    const of = (slug: string, projectId: number) =>
      ['start', 'log', 'success'].map((kind) => [kind, { by: 'slug', projectId, slug }, false]);
    expect(told).toEqual([...of('of-key', shop!.id), ...of('of-name', studio!.id), ...of('of-nobody', first!.id)]);
    expect(readdirSync(join(folder, 'exec'))).toEqual([]);
    expect(await take(refuse)).toBe(0);
  });
});
