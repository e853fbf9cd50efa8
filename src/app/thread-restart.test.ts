import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openStore } from '../adapters/store/sql/index.ts';
import { loadConfiguration, storeLocationOf } from '../config/index.ts';
import { createProject } from '../core/access/index.ts';
import type { WireRequest } from '../core/ingest/index.ts';
import { type GuardianError, systemClock } from '../core/shared/index.ts';
import { createThreadIntake } from './thread-intake.ts';

it('starts another thread when one dies: who waits is told to come again, and then gets in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-intake-'));
  const configuration = await loadConfiguration({ folder, file: null, environment: {} });
  const store = await openStore({ dialect: storeLocationOf(configuration, folder), role: 'main', clock: systemClock });
  const { id } = await createProject({ store: store.projects, slug: 'shop', name: 'shop', clock: systemClock });
  const exits: GuardianError[] = [];
  const intake = createThreadIntake({
    data: { configuration, folder },
    waitingBytes: configuration.ingest.waitingBytes,
    onChanges: () => {},
    onProblem: () => {},
    onExit: (error) => exits.push(error),
  });
  const request = (project: WireRequest['project']): WireRequest => ({
    format: 'native',
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    body: new TextEncoder().encode('{"message":"after all"}'),
    project,
    trust: 'server',
    receivedAt: Date.now(),
  });
  try {
    await intake.start();
    // Nothing that comes over HTTP is without a project: it stands for a fault that nobody foresees.
    const { status, headers } = await intake.accept(request(null as never));
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(exits.map(({ code }) => code)).toEqual(['internal']);
    expect(intake.state().problem?.code).toBe('store_unavailable');
    await vi.waitFor(async () => expect((await intake.accept(request({ id, slug: 'shop' }))).status).toBe(200), {
      timeout: 30_000,
      interval: 50,
    });
    await vi.waitFor(() => expect(intake.state().problem).toBeNull(), { timeout: 30_000, interval: 50 });
  } finally {
    await intake.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
