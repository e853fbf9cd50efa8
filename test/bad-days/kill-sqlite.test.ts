import { expect, it } from 'vitest';
import { killRun, SETTLED } from './kill-run.ts';

it('SQLite: SIGKILL at any moment loses nothing that was acknowledged, and stores nothing twice', async () => {
  const outcome = await killRun({ kills: 8 });
  expect(outcome).toMatchObject(SETTLED);
  expect(outcome.acknowledged).toBeGreaterThan(500);
}, 180_000);
