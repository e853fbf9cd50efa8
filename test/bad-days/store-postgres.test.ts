import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../../src/adapters/free-port.ts';
import { createPostgresServer } from '../fixtures/run-postgres.ts';
import { startGuardian } from '../fixtures/running-server.ts';
import { SETTLED, settleAccounts } from './kill-run.ts';
import { startLoad } from './load.ts';

let home: string;
let postgres: ReturnType<typeof createPostgresServer>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'guardian-postgres-'));
  // The server runs as another user where the tests run as root.
  chmodSync(home, 0o755);
  postgres = createPostgresServer({ folder: home, port: await freePort() });
  await postgres.server.initialise();
  await postgres.server.start();
});
afterAll(async () => {
  await postgres.server.stop();
  rmSync(home, { recursive: true, force: true });
});

it('PostgreSQL restarted in the middle: clients are told to come again or are answered from the spool, nothing is lost', async () => {
  const databaseUrl = `${postgres.url}/postgres`;
  const folder = mkdtempSync(join(tmpdir(), 'guardian-away-'));
  const server = await startGuardian({ folder, databaseUrl });
  try {
    const load = startLoad({ server: () => server, everyMs: 20 });
    // Away for a moment, then for longer than anything is believed without asking.
    for (const awayMs of [300, 8_000]) {
      await pause(1_000);
      const before = load.acknowledged.size;
      await postgres.server.stop();
      await pause(awayMs);
      expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
      await postgres.server.start();
      await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(before + 200), {
        timeout: 60_000,
        interval: 50,
      });
    }
    await load.finish();
    await vi.waitFor(async () => expect((await fetch(`${server.url}/api/ready`)).status).toBe(200), {
      timeout: 30_000,
      interval: 50,
    });
    const outcome = await settleAccounts({ server, load, folder, databaseUrl });
    expect(outcome).toMatchObject(SETTLED);
    expect(outcome.acknowledged).toBeGreaterThan(200);
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);

it('PostgreSQL away at the start: says so, and ends with the status of an unavailable service', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-away-'));
  try {
    const databaseUrl = `postgres://postgres:password@127.0.0.1:${await freePort()}/postgres`;
    await expect(startGuardian({ folder, databaseUrl })).rejects.toThrow(/status 69[\s\S]*127\.0\.0\.1[\s\S]*→/);
    await expect(startGuardian({ folder, databaseUrl })).rejects.not.toThrow(/password/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
