import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import { SETTLED, settleAccounts } from './kill-run.ts';
import { acknowledgedMore, startLoad } from './load.ts';

it('SIGTERM under load answers what it took, ends with status 0, and the next one starts at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-sigterm-'));
  let server: RunningServer | null = await startGuardian({ folder });
  const load = startLoad({ server: () => server });
  try {
    for (const runMs of [300, 50, 700, 150]) {
      await pause(runMs);
      expect(await server!.stop()).toBe(0);
      server = null;
      server = await startGuardian({ folder });
    }
    await acknowledgedMore(load, 101);
    await load.finish();
    const outcome = await settleAccounts({ server: server!, load, folder });
    server = null;
    expect(outcome).toMatchObject(SETTLED);
    expect(outcome.acknowledged).toBeGreaterThan(100);
  } finally {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
