import { expect, it } from 'vitest';
import { alertKillRun, PROVEN } from './alert-kill-run.ts';

it('SQLite: SIGKILL while alerts enter loses none of them, and leaves no run open', async () => {
  const outcome = await alertKillRun({ kills: 8, alerts: 400 });
  expect(outcome).toMatchObject({ ...PROVEN, accepted: 400, dead: 0, unrecognisable: 0 });
  expect(outcome.repeats).toBeLessThanOrEqual(8);
  expect(outcome.left).toBeGreaterThan(0);
}, 300_000);
