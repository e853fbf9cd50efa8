import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../src/adapters/free-port.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { createPostgresServer } from '../fixtures/run-postgres.ts';
import { startGuardian } from '../fixtures/running-server.ts';

let home: string;
let receiver: Receiver;
let postgres: ReturnType<typeof createPostgresServer>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'guardian-emergency-'));
  // The server runs as another user where the tests run as root.
  chmodSync(home, 0o755);
  receiver = await startReceiver();
  postgres = createPostgresServer({ folder: home, port: await freePort() });
  await postgres.server.initialise();
  await postgres.server.start();
});
afterAll(async () => {
  await postgres.server.stop();
  await receiver.stop();
  rmSync(home, { recursive: true, force: true });
});

const at = (path: string) => receiver.received.filter((request) => request.path === path);
const LONG = { timeout: 60_000, interval: 100 };

it('C2: PostgreSQL gone: the emergency address hears of it once and of its end, and the outside check hears nothing meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-emergency-data-'));
  const notify = {
    deadManUrl: `${receiver.url}/alive`,
    deadManEvery: '1s',
    emergency: { over: 'webhook', to: `${receiver.url}/emergency` },
  };
  writeFileSync(join(folder, 'guardian.config.ts'), `export default ${JSON.stringify({ notify })};\n`);
  const server = await startGuardian({ folder, databaseUrl: `${postgres.url}/postgres` });
  try {
    await expect.poll(() => at('/alive').length, LONG).toBeGreaterThan(0);
    await postgres.server.stop();
    await expect.poll(() => at('/emergency').length, LONG).toBe(1);
    expect(at('/emergency')[0]!.body).toContain('critical');
    expect((await fetch(`${server.url}/health`)).status).toBe(503);
    const pings = at('/alive').length;
    // As long as three calls would take.
    await pause(3_000);
    expect([at('/alive').length, at('/emergency').length]).toEqual([pings, 1]);
    await postgres.server.start();
    await expect.poll(() => at('/emergency').length, LONG).toBe(2);
    await expect.poll(() => at('/alive').length, LONG).toBeGreaterThan(pings);
    expect(at('/emergency')[1]!.body).not.toContain('critical');
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
