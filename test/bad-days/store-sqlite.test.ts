import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { SETTLED, settleAccounts } from './kill-run.ts';
import { acknowledgedMore, startLoad } from './load.ts';
import { send } from './send.ts';
import { failToStart } from './start-guardian.ts';

const HOLD_LOCK = fileURLToPath(new URL('./hold-lock.ts', import.meta.url));
/** Longer than Guardian waits for a lock. */
const HELD_MS = 8_000;

let folder: string;
const data = (name: string) => join(folder, '.guardian', name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a SQLite database that cannot be written for a while', () => {
  it('locked by another process: nothing that was acknowledged is lost, and it goes on by itself', async () => {
    const server = await startGuardian({ folder });
    const load = startLoad({ server: () => server });
    await pause(500);
    const holder = spawn(process.execPath, [HOLD_LOCK, data('guardian.db'), String(HELD_MS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await once(holder, 'exit');
    await acknowledgedMore(load, 101);
    await load.finish();
    const outcome = await settleAccounts({ server, load, folder });
    expect(outcome).toMatchObject(SETTLED);
    expect(outcome.acknowledged).toBeGreaterThan(100);
  });

  // Only the superuser may make a file system that is small: without it there is no disk that really is full.
  const canMount = userInfo().uid === 0;
  if (canMount)
    it('on a full disk: answers "come again", keeps what it acknowledged, and goes on once there is room', async () => {
      mount('-t', 'tmpfs', '-o', 'size=8m', 'guardian-test', folder);
      try {
        await fillAndMakeRoom();
      } finally {
        execFileSync('umount', ['--lazy', folder]);
      }
    });

  if (canMount)
    it('is ready again once there is room, also when nobody sends meanwhile', async () => {
      mount('-t', 'tmpfs', '-o', 'size=8m', 'guardian-test', folder);
      try {
        const server = await startGuardian({ folder });
        let address: RunningServer | null = server;
        const load = startLoad({ server: () => address, everyMs: 0 });
        await vi.waitFor(() => expect(load.answers.get(503) ?? 0).toBeGreaterThan(20), {
          timeout: 60_000,
          interval: 50,
        });
        address = null;
        mount('-o', 'remount,size=512m', folder);
        await vi.waitFor(async () => expect((await fetch(`${server.url}/api/ready`)).status).toBe(200), {
          timeout: 30_000,
          interval: 50,
        });
        address = server;
        await load.finish();
        expect(await settleAccounts({ server, load, folder })).toMatchObject(SETTLED);
      } finally {
        execFileSync('umount', ['--lazy', folder]);
      }
    });

  async function fillAndMakeRoom(): Promise<void> {
    const server = await startGuardian({ folder });
    const load = startLoad({ server: () => server, everyMs: 0 });
    await vi.waitFor(() => expect(load.answers.get(503) ?? 0).toBeGreaterThan(20), { timeout: 60_000, interval: 50 });
    // Whatever is small may still find a place: it is not degraded at every moment.
    const patience = { timeout: 30_000, interval: 20 };
    await vi.waitFor(async () => {
      const { dependencies } = (await (await fetch(`${server.url}/api/ready`)).json()) as { dependencies: object[] };
      expect(dependencies).toContainEqual(expect.objectContaining({ name: 'intake', problem: 'store_full' }));
    }, patience);
    await vi.waitFor(async () => expect((await fetch(`${server.url}/api/ready`)).status).toBe(503), patience);
    for (const path of ['/api/overview', '/api/issues', '/api/events'])
      expect(`${path} ${(await fetch(`${server.url}${path}`)).status}`).toBe(`${path} 200`);
    mount('-o', 'remount,size=512m', folder);
    const before = load.acknowledged.size;
    await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(before + 100), {
      timeout: 30_000,
      interval: 50,
    });
    await load.finish();
    await vi.waitFor(async () => expect((await fetch(`${server.url}/api/ready`)).status).toBe(200), {
      timeout: 30_000,
      interval: 50,
    });
    expect(await settleAccounts({ server, load, folder })).toMatchObject(SETTLED);
  }

  function mount(...args: string[]): void {
    execFileSync('mount', args);
  }
});

describe('a data folder with which it cannot start', () => {
  /** A store with one event in it. */
  async function makeStore(): Promise<void> {
    const server: RunningServer = await startGuardian({ folder });
    const { status } = await send(server, {
      path: '/api/events',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ severity: 'error', message: 'kept', service: 'shop' }]),
    });
    expect(status).toBe(200);
    expect(await server.stop()).toBe(0);
  }

  it('read-only: says so, names the folder, and what to do', async () => {
    await makeStore();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, '.guardian'), 0o555);
    for (const name of ['guardian.db', 'guardian.lock', 'guardian.lock.json']) chmodSync(data(name), 0o444);
    const { status, errors } = await failToStart({ folder, isNobody: true });
    chmodSync(join(folder, '.guardian'), 0o755);
    expect(status).toBe(74);
    expect(errors).toContain(join(folder, '.guardian'));
    expect(errors).toMatch(/→/);
  });

  it('a folder in which nothing can be made: the same', async () => {
    chmodSync(folder, 0o555);
    const { status, errors } = await failToStart({ folder, isNobody: true });
    expect(status).toBe(74);
    expect(errors).toContain(join(folder, '.guardian'));
  });

  it.each([
    [
      'no database at all',
      () => writeFileSync(data('guardian.db'), 'this is not a database, whatever its name says\n'.repeat(500)),
    ],
    ['its beginning overwritten', () => overwrite(0, 4_096)],
    ['cut in the middle', () => truncateSync(data('guardian.db'), readFileSync(data('guardian.db')).length / 2)],
    ['its pages overwritten', () => overwrite(4_096, 200_000)],
  ])('damaged, %s: says so, and never writes over it', async (_what, damage) => {
    await makeStore();
    damage();
    const before = readFileSync(data('guardian.db'));
    const { status, errors } = await failToStart({ folder });
    expect(errors).toContain(data('guardian.db'));
    expect(errors).toMatch(/→/);
    expect(status).toBe(74);
    expect(readFileSync(data('guardian.db')).equals(before)).toBe(true);
  });

  function overwrite(from: number, bytes: number): void {
    const whole = readFileSync(data('guardian.db'));
    whole.fill(0xa5, from, Math.min(from + bytes, whole.length));
    writeFileSync(data('guardian.db'), whole);
  }

  it('a file where the folder should be: says so', async () => {
    writeFileSync(join(folder, '.guardian'), 'a file');
    const { status, errors } = await failToStart({ folder });
    expect(status).toBe(74);
    expect(errors).toContain(join(folder, '.guardian'));
  });

  it('held by another server: names it, and leaves it alone', async () => {
    const server = await startGuardian({ folder });
    const holder = JSON.parse(readFileSync(data('guardian.lock.json'), 'utf8')) as { pid: number };
    const { status, errors } = await failToStart({ folder });
    expect(status).toBe(75);
    expect(errors).toContain(String(holder.pid));
    expect(errors).toContain(join(folder, '.guardian'));
    expect((await fetch(`${server.url}/api/ready`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
    const next = await startGuardian({ folder });
    expect(await next.stop()).toBe(0);
  });

  it('held by one that was killed: starts at once', async () => {
    const server = await startGuardian({ folder });
    await server.kill();
    const next = await startGuardian({ folder });
    expect(await next.stop()).toBe(0);
  });

  it('with a spool that a crash left: takes what is whole into the store, and passes over the rest', async () => {
    await makeStore();
    mkdirSync(data('spool'), { recursive: true });
    writeFileSync(data('spool/00000001.json'), '{"events":[{"broken');
    writeFileSync(data('spool/00000002.json.part'), '{"events":[');
    const server = await startGuardian({ folder });
    const { status } = await send(server, {
      path: '/api/events',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ severity: 'info', message: 'after', service: 'shop' }]),
    });
    expect(status).toBe(200);
    expect(await server.stop()).toBe(0);
  });
});
